using System.Globalization;
using Convergence.Optimization.Evaluators;

namespace Convergence.Optimization.Configuration.Parsing.Checks;

/// <summary>Metrics that their evaluator does not tell apart, does not know, or scores without looking at what is expected.</summary>
internal static class EvaluatorChecks
{
    public static void Run(OptimizationConfig config, ConfigReading reading)
    {
        var scored = config.Evaluation.Metrics.Where(metric => metric.Kind == MetricKind.Custom)
            .Select(metric => (Metric: metric, Evaluator: metric.Evaluator ?? config.Evaluation.CustomEvaluator))
            .Where(pair => pair.Evaluator is not null)
            .Select(pair => (pair.Metric, Evaluator: pair.Evaluator!)).ToArray();
        CheckTwins(config, scored, reading);
        CheckConstants(scored, reading);
        CheckAnswers(config, scored, reading);
        CheckAsked(scored, reading);
        CheckUnused(config, scored.Length, reading);
    }

    private static void CheckTwins(
        OptimizationConfig config, (MetricConfig Metric, EvaluatorReference Evaluator)[] scored, ConfigReading reading)
    {
        var total = config.Evaluation.Metrics.Sum(metric => metric.Weight);
        var groups = scored.GroupBy(pair => (pair.Evaluator, Part: EvaluatorTraits.PartOf(pair.Evaluator, AskedFor(pair.Metric))))
            .Where(group => group.Key.Part is not null && group.Count() > 1);
        foreach (var group in groups)
        {
            var names = string.Join(", ", group.Select(pair => pair.Metric.Name));
            var share = (group.Sum(pair => pair.Metric.Weight) / total).ToString("P0", CultureInfo.InvariantCulture);
            reading.Warn(
                "evaluation.metrics",
                $"{names} always have the same score: {group.Key.Evaluator.Name} gives {group.Key.Part} for each of them. Together they "
                + $"are {share} of the score, and one thing. Give cost and latency metrics of their own (cost_usd, latency_ms).");
        }
    }

    private static void CheckConstants((MetricConfig Metric, EvaluatorReference Evaluator)[] scored, ConfigReading reading)
    {
        foreach (var (metric, evaluator) in scored)
        {
            if (EvaluatorTraits.ConstantOf(evaluator, metric.Name) is { } reason)
            {
                reading.Warn(
                    $"evaluation.metrics.{metric.Name}", $"{reason}. Its weight only shrinks the differences of the other metrics.");
            }
        }
    }

    private static void CheckAnswers(
        OptimizationConfig config, (MetricConfig Metric, EvaluatorReference Evaluator)[] scored, ConfigReading reading)
    {
        var withAnswer = config.Evaluation.TestCases.Count(testCase => testCase.Expected.ContainsKey("answer"));
        var looks = config.Evaluation.Metrics.Any(metric => metric.Kind is MetricKind.ExactMatch or MetricKind.Similarity
            or MetricKind.LlmJudge or MetricKind.CosineSimilarity);
        if (withAnswer == 0 || looks || scored.Length == 0 || !scored.All(pair => EvaluatorTraits.IsBlindToAnswers(pair.Evaluator)))
        {
            return;
        }

        reading.Warn(
            "evaluation.custom_evaluator",
            $"{scored[0].Evaluator.Name} never looks at expected.answer, which {withAnswer} test cases give: a wrong answer in good style "
            + "wins. Add a metric of type similarity, exact_match or llm_judge.");
    }

    private static void CheckAsked((MetricConfig Metric, EvaluatorReference Evaluator)[] scored, ConfigReading reading)
    {
        foreach (var (metric, evaluator) in scored)
        {
            if (metric.IsLowerBetter)
            {
                reading.Inform($"evaluation.metrics.{metric.Name}.invert", $"its score is 1 less what {evaluator.Name} gives.");
            }

            if (metric.Name == "accuracy")
            {
                reading.Inform(
                    "evaluation.metrics.accuracy",
                    $"is the aggregate of {evaluator.Name}, as in the original: what its other metrics measure is in it, too.");
            }
        }
    }

    private static void CheckUnused(OptimizationConfig config, int scoredCount, ConfigReading reading)
    {
        if (config.Evaluation.CustomEvaluator is not { } evaluator)
        {
            return;
        }

        if (scoredCount == 0)
        {
            reading.Warn(
                "evaluation.custom_evaluator", $"{evaluator.Name} is not asked: every metric is scored by what its name or type says.");
        }
        else if (BuiltInEvaluators.Find(evaluator.Name) is not null)
        {
            var difference = EvaluatorTraits.DifferenceOf(evaluator) is { } reason
                ? $" Scores differ from the original's: {reason}; here the measured latency and the answer count."
                : "";
            reading.Inform("evaluation.custom_evaluator", $"{evaluator.Name} ships with the product; no Python is needed.{difference}");
        }
    }

    // As the original asks: for its accuracy without a name.
    private static string AskedFor(MetricConfig metric) => metric.Name == "accuracy" ? "" : metric.Name;
}
