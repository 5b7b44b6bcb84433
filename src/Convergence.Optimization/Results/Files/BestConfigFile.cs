using System.Text.Json.Nodes;
using Convergence.Optimization.Runs;

namespace Convergence.Optimization.Results.Files;

/// <summary><c>best_config.json</c>: the winner, in the original's form.</summary>
internal static class BestConfigFile
{
    public static string Render(OptimizationResult result) => ReadableJson.Of(new JsonObject
    {
        ["_README"] = new JsonObject
        {
            ["description"] = "The best configuration that this optimization found",
            ["how_to_use"] = $"Put the parameters under 'config' into your calls to {result.ApiName}",
            ["score_achieved"] = result.Best?.Score,
            ["score_scale"] = "0.0 (worst) to 1.0 (perfect)",
            ["timestamp"] = PythonTime.Of(result.Timestamp) + "Z",
            ["optimization_run"] = "Latest",
            ["test_cases_evaluated"] = result.Configurations
                .SelectMany(outcome => outcome.Cases).Select(outcome => outcome.TestCaseId).Distinct(StringComparer.Ordinal).Count(),
        },
        ["config"] = result.BestParameters?.DeepClone(),
    }) + "\n";
}
