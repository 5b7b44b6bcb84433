using System.Text.Json.Nodes;
using Convergence.Optimization.Runs;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Results.Files;

/// <summary>
/// <c>experiments.csv</c>, a row for each configuration, and <c>detailed_results.csv</c>, a row for each call, in the original's form.
/// What is missing is an empty field. Held-out cases are not in them: their rows would count in means that they have no part in.
/// </summary>
internal static class ExperimentTables
{
    public static string Experiments(OptimizationResult result)
    {
        var parameters = ParameterNames(result);
        var table = new PythonTable();
        table.Add(Names(["generation", "score", .. parameters]));
        foreach (var outcome in result.Configurations)
        {
            table.Add([outcome.Generation, Number(outcome.Score), .. parameters.Select(name => outcome.Parameters[name])]);
        }

        return table.ToString();
    }

    public static string DetailedResults(OptimizationResult result)
    {
        var parameters = ParameterNames(result);
        var table = new PythonTable();
        table.Add(Names(["generation", "test_case_id", .. parameters, "score", "latency_ms", "cost_usd", "success"]));
        foreach (var outcome in result.Configurations)
        {
            foreach (var call in outcome.Cases.Where(call => !call.IsHeldOut))
            {
                table.Add(
                [
                    outcome.Generation,
                    call.TestCaseId,
                    .. parameters.Select(name => outcome.Parameters[name]),
                    Number(call.Score),
                    Number(call.LatencyMilliseconds),
                    Number(call.CostUsd),
                    call.IsSuccess,
                ]);
            }
        }

        return table.ToString();
    }

    // Conditional parameters are not in all configurations.
    private static List<string> ParameterNames(OptimizationResult result) =>
        [.. result.Configurations.SelectMany(outcome => outcome.Parameters.Select(entry => entry.Key)).Distinct(StringComparer.Ordinal)];

    private static IEnumerable<JsonNode?> Names(IEnumerable<string> names) => names.Select(name => (JsonNode?)name);

    // As Python writes a float: JSON would make an int of 1.0.
    private static JsonNode? Number(double? value) => value is { } number ? PythonText.Of(number) : null;
}
