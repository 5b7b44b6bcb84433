using Convergence.Optimization.Calls.Spending.Prices;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Configuration.Parsing.Checks;

/// <summary>Metrics whose keys or weights do not do what they seem to.</summary>
internal static class MetricChecks
{
    public static void Run(OptimizationConfig config, ConfigReading reading)
    {
        foreach (var metric in config.Evaluation.Metrics)
        {
            CheckUnusedKeys(metric, reading);
            if (metric.Weight == 0)
            {
                reading.Inform(KeyOf(metric), "has weight 0: it is reported and does not count.");
            }

            if (metric.Kind == MetricKind.CosineSimilarity && config.Evaluation.Embedding is null)
            {
                reading.Warn(
                    KeyOf(metric),
                    "compares texts by their words, since no evaluation.embedding gives a model that embeds them: other words for the same "
                    + "count as other.");
            }

            if (metric is { Kind: MetricKind.SuccessRate, Weight: > 0 })
            {
                reading.Warn(
                    KeyOf(metric),
                    "hardly tells configurations apart: calls that fail are missing, not 0, and of the others only answers that say they "
                    + "failed score 0. Its weight only shrinks the differences of the other metrics.");
            }
        }

        CheckPrices(config, reading);
    }

    private static string KeyOf(MetricConfig metric) => $"evaluation.metrics.{metric.Name}";

    private static void CheckUnusedKeys(MetricConfig metric, ConfigReading reading)
    {
        if (metric.Threshold is not null && metric.Kind != MetricKind.Latency)
        {
            reading.Warn(
                KeyOf(metric) + ".threshold",
                "does not change scores: only a latency has one, at which its score is 0. It did not in the original, either.");
        }

        if (metric.BudgetPerCall is not null && metric.Kind != MetricKind.Cost)
        {
            reading.Warn(
                KeyOf(metric) + ".budget_per_call",
                $"does nothing: the metric is scored as {MetricNames.Of(metric.Kind)}. Name it cost_usd, or give it type: "
                + "cost_normalized.");
        }

        if (metric.Rubric is not null && metric.Kind != MetricKind.LlmJudge)
        {
            reading.Warn(KeyOf(metric) + ".rubric", "does nothing: only type: llm_judge reads it.");
        }
    }

    // What a call costs is the tokens' price; without one the cost is missing, and a limit of dollars cannot be kept.
    private static void CheckPrices(OptimizationConfig config, ConfigReading reading)
    {
        var key = config.Evaluation.Metrics.FirstOrDefault(metric => metric is { Kind: MetricKind.Cost, Weight: > 0 }) is { } cost
            ? KeyOf(cost)
            : config.Optimization.Budget.Dollars is null ? null : "optimization.budget.usd";
        if (key is null || config.Api.MockMode || AdapterFacts.Of(config.Api, config.Agent) is AdapterKind.Local or AdapterKind.Process)
        {
            return;
        }

        var prices = new PriceTable(config.Api.Prices);
        var searched = config.SearchSpace.Parameters.FirstOrDefault(parameter => parameter.Name == "model");
        string?[] models = searched is { Values.IsDefault: false } model
            ? [.. model.Values.Select(JsonValues.Text)]
            : [JsonValues.Text(config.Api.Request.Defaults["model"])];
        string[] unknown = [.. models.Where(name => prices.Find(name) is null).Select(name => name ?? "a model that is not named")];
        if (unknown.Length > 0)
        {
            reading.Warn(
                key,
                $"no price is known of {string.Join(", ", unknown)}. Give api.prices {{MODEL: {{input: .., output: ..}}}}, in US dollars "
                + "per million tokens, \"*\" standing for all others.");
        }
    }
}
