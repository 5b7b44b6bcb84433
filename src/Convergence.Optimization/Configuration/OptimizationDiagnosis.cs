using System.Collections.Immutable;
using System.Globalization;
using Convergence.Optimization.Runs.Searching;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Configuration;

/// <summary>What a configuration will do, what it will not, and what keeps it from running: the content of <c>convergence doctor FILE</c>.
/// Nothing is called.</summary>
public sealed record OptimizationDiagnosis
{
    /// <value>Names and values, in an order to be read in: API, space, cases, metrics, search, history.</value>
    public required ImmutableArray<(string Name, string Value)> Facts { get; init; }

    /// <value>Warnings first.</value>
    public required ImmutableArray<ConfigFinding> Findings { get; init; }

    /// <value>What must be mended before a run can begin, each with its cure; a plan needs none of it.</value>
    public required ImmutableArray<string> Blockers { get; init; }

    /// <value>Whether a run does what the file says.</value>
    public bool IsClean => Blockers.IsEmpty && !Findings.Any(finding => finding.IsWarning);

    /// <summary>The diagnosis of a configuration.</summary>
    public static OptimizationDiagnosis Of(OptimizationConfig config, ISecrets secrets)
    {
        ArgumentNullException.ThrowIfNull(config);
        var blockers = RunReadiness.Problems(config, secrets);
        return new OptimizationDiagnosis
        {
            Facts =
            [
                ("api", $"{config.Api.Name} ({AdapterFacts.Of(config.Api, config.Agent)})"),
                .. RunReadiness.AddressesOf(config).Select(address => (address.Key, LiteralSecrets.Hide(address.Endpoint))),
                .. config.SearchSpace.Parameters.Select(parameter => ($"parameter {parameter.Name}", Shown(parameter))),
                ("configurations in the space", SizeOf(config)),
                ("test cases", CasesOf(config.Evaluation)),
                ("evaluator", config.Evaluation.CustomEvaluator?.Name ?? "none"),
                .. config.Evaluation.Metrics.Select(metric => ($"metric {metric.Name}", Shown(metric, config.Evaluation))),
                ("search", $"{config.Optimization.Algorithm}, seed {config.Optimization.Seed}"),
                ("calls", CallsOf(config)),
                ("history", config.Legacy.IsEnabled ? $"session {ConfigFingerprint.SessionOf(config)}" : "off"),
            ],
            Findings =
            [
                // What blocks is not told once more as a warning.
                .. config.Findings
                    .Where(finding => !blockers.Any(blocker => blocker.StartsWith($"{finding.Key}: ", StringComparison.Ordinal)))
                    .OrderByDescending(finding => finding.IsWarning),
            ],
            Blockers = blockers,
        };
    }

    private static string SizeOf(OptimizationConfig config) =>
        ParameterSpace.Of(config.SearchSpace).Size?.ToString("N0", CultureInfo.InvariantCulture) ?? "too many to count";

    private static string CasesOf(EvaluationConfig evaluation)
    {
        var made = evaluation.TestCases.Count(testCase => testCase.Original is not null);
        var heldOut = evaluation.HoldOut > 0 ? string.Create(CultureInfo.InvariantCulture, $", {evaluation.HoldOut:P0} held out") : "";
        return string.Create(
            CultureInfo.InvariantCulture, $"{evaluation.TestCases.Length - made} written, {made} made of them{heldOut}");
    }

    private static string CallsOf(OptimizationConfig config)
    {
        var evolution = config.Optimization.Evolution;
        var perGeneration = (long)Math.Min(evolution.PopulationSize, config.Optimization.ExperimentsPerGeneration ?? int.MaxValue)
            * CasePlan.Of(config).Search.Length * config.Evaluation.Repeats;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"at most {perGeneration:N0} a generation, {perGeneration * evolution.Generations:N0} in {evolution.Generations:N0}; "
            + $"held-out cases and judges come on top (--plan counts all)");
    }

    private static string Shown(ParameterConfig parameter)
    {
        const int MaxShown = 8;
        var values = parameter.Values.IsDefault
            ? string.Create(CultureInfo.InvariantCulture, $"{parameter.Min} to {parameter.Max}")
                + (parameter.Step is { } step ? string.Create(CultureInfo.InvariantCulture, $" by {step}") : "")
                + (parameter.IsLogarithmic ? ", logarithmic" : "")
            : string.Join(", ", parameter.Values.Take(MaxShown).Select(value => value?.ToJsonString() ?? "null"))
                + (parameter.Values.Length > MaxShown ? ", ..." : "");
        return parameter.Condition switch
        {
            null => values,
            { Values.IsEmpty: true } => $"{values}; never counts",
            { } condition => $"{values}; counts while {condition.Parent} is {string.Join(" or ", condition.Values.Select(PythonText.Of))}",
        };
    }

    private static string Shown(MetricConfig metric, EvaluationConfig evaluation)
    {
        var share = metric.Weight / evaluation.Metrics.Sum(other => other.Weight);
        var by = metric.Kind == MetricKind.Custom
            ? (metric.Evaluator ?? evaluation.CustomEvaluator)?.Name ?? "an evaluator that is not given"
            : MetricNames.Of(metric.Kind);
        return string.Create(
            CultureInfo.InvariantCulture, $"{share * 100:0.#} % of the score, by {by}{(metric.IsLowerBetter ? ", inverted" : "")}");
    }
}
