using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Evaluators;
using Convergence.Optimization.Scoring.Scorers;
using Convergence.Optimization.Targets;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Scoring;

/// <summary>Makes scorers of a configuration's metrics.</summary>
public sealed class ScorerFactory
{
    private readonly OptimizationConfig _config;
    private readonly CallServices _services;
    private readonly CustomEvaluator? _evaluator;
    private readonly List<IAsyncDisposable> _owned = [];

    private ScorerFactory(OptimizationConfig config, CallServices services, CustomEvaluator? evaluator)
    {
        _config = config;
        _services = services;
        _evaluator = evaluator;
    }

    /// <summary>Makes them.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="services">What the run shares; judges and models that embed texts call by them.</param>
    /// <param name="evaluator">
    /// An evaluator of the embedding program, which takes the place of <c>evaluation.custom_evaluator</c>; <see langword="null"/> for none.
    /// </param>
    /// <exception cref="ConvergenceException">An evaluator, a judge or a credential is missing. Nothing was called.</exception>
    public static ScorerSet Create(OptimizationConfig config, CallServices services, CustomEvaluator? evaluator = null)
    {
        var factory = new ScorerFactory(config, services, evaluator);
        return new ScorerSet(
            [.. config.Evaluation.Metrics.Select(metric => new MetricScorer(metric, factory.Create(metric)))], [.. factory._owned]);
    }

    private CheckedScorer Create(MetricConfig metric)
    {
        var (scorer, isOriented) = metric.Kind switch
        {
            MetricKind.Latency => (new FunctionScorer(scored => Latency(scored, metric)), true),
            MetricKind.Cost => (new FunctionScorer(scored => Cost(scored, metric)), true),
            MetricKind.SuccessRate => (new FunctionScorer(Success), true),
            MetricKind.ExactMatch => (new FunctionScorer(scored => ExpectedAnswer.Matches(scored, metric.Name)), false),
            MetricKind.Similarity => (new FunctionScorer(scored =>
                Metrics.Similarity(scored.Input.Text.Trim(), ExpectedAnswer.TextOf(scored.TestCase, metric.Name).Trim())), false),
            MetricKind.Diversity => (new FunctionScorer(scored => AnswerDiversity.Of(scored.Answer.Result, scored.Input.Text)), false),
            MetricKind.TextQuality => (Of(new TextQualityEvaluator(), null), false),
            MetricKind.JsonStructure => (new FunctionScorer(JsonStructure), false),
            MetricKind.CodeQuality => (Of(new CodeQualityEvaluator(), null), false),
            _ => Custom(metric),
        };
        return new CheckedScorer(scorer, metric.Name, metric.IsLowerBetter && !isOriented);
    }

    private (IMetricScorer Scorer, bool IsOriented) Custom(MetricConfig metric)
    {
        // The original asks for its metric "accuracy" without a name, which gives the evaluator's aggregate.
        var asked = metric.Name == "accuracy" ? null : metric.Name;
        if (_evaluator is { } given && metric.Evaluator is null)
        {
            return (new DelegateScorer(given, metric.Name), false);
        }

        var reference = metric.Evaluator ?? _config.Evaluation.CustomEvaluator
            ?? throw new EvaluatorException(
                $"{_config.Source}: evaluation.metrics.{metric.Name}: is found by an evaluator, and none is given. "
                + "Give evaluation.custom_evaluator (module, function), the metric's own \"evaluator\", or a built-in type such as "
                + "exact_match, similarity or text_quality.");
        return BuiltInEvaluators.Find(reference.Name) is { } builtIn
            ? (Of(builtIn, asked), true)
            : throw new EvaluatorException($"{_config.Source}: evaluation.custom_evaluator: there is no evaluator {reference.Name}.");
    }

    private static FunctionScorer Of(IEvaluator evaluator, string? metric) => new(scored => evaluator.Score(scored.Input, metric));

    private static double Latency(ScoredCall scored, MetricConfig metric) =>
        Metrics.Latency(scored.Answer.Answer.Latency.TotalMilliseconds, metric.Threshold);

    private static double Cost(ScoredCall scored, MetricConfig metric) =>
        scored.Answer.CostUsd is { } cost
            ? Metrics.Cost(cost, metric.BudgetPerCall)
            : throw new EvaluatorException(
                $"{metric.Name}: what the call cost is not known: its model "
                + $"{JsonValues.Text(scored.Parameters["model"]) ?? "(not named)"} has no price, or the answer counts no tokens. "
                + "Give api.prices, with \"*\" for all models that it does not name.");

    // Calls that failed are not scored. Of those that did not, some answers say that nothing came of them.
    private static double Success(ScoredCall scored) => scored.Answer.Result is JsonObject result
        && (result["success"]?.GetValueKind() == JsonValueKind.False || JsonValues.Text(result["status"]) is "failed" or "error") ? 0 : 1;

    // The answer itself where it is JSON of the API's own; a model's answer is the JSON in its text.
    private static double JsonStructure(ScoredCall scored)
    {
        var text = scored.Input.Text;
        var isOwn = scored.Answer.Result is JsonObject own && text == PythonText.Of(own);
        return new JsonStructureEvaluator().Score(isOwn ? scored.Input : scored.Input with { Response = JsonValue.Create(text) }, null);
    }
}
