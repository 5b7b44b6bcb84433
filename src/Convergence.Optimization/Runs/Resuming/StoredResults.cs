using System.Globalization;
using System.Text.Json.Nodes;
using Convergence.Optimization.Storage;

namespace Convergence.Optimization.Runs.Resuming;

/// <summary>Keeps what a run found for other programs, under the keys of the original.</summary>
internal static class StoredResults
{
    /// <summary>Saves the best configuration and all configurations. A store that fails is told; the run's files have the same.</summary>
    public static async Task SaveAsync(RunParts parts, OptimizationResult result, CancellationToken cancellation)
    {
        if (parts.Results is not { } store)
        {
            return;
        }

        try
        {
            await store.SaveAsync(
                ResultKeys.History(result.ApiName, result.Timestamp),
                new JsonArray([.. result.Configurations.Select(outcome => Of(result, outcome))]),
                cancellation).ConfigureAwait(false);
            if (result.Best is { } best)
            {
                await store.SaveAsync(ResultKeys.BestConfiguration(result.ApiName), Of(result, best), cancellation).ConfigureAwait(false);
            }
        }
        catch (ConvergenceException exception)
        {
            parts.Notes.Add($"Results were not stored: {exception.Message}");
        }
    }

    private static JsonObject Of(OptimizationResult result, ConfigurationOutcome outcome) => new()
    {
        ["config"] = outcome.Parameters.DeepClone(),
        ["score"] = outcome.Score,
        ["metrics"] = new JsonObject(outcome.Metrics.Select(metric => KeyValuePair.Create(metric.Key, (JsonNode?)metric.Value))),
        ["generation"] = outcome.Generation,
        ["origin"] = outcome.Origin,
        ["timestamp"] = outcome.Timestamp.ToString("O", CultureInfo.InvariantCulture),
        ["optimization_run_id"] = result.RunId,
    };
}
