using System.Text.Json.Nodes;
using Convergence.Optimization.Runs.Events;

namespace Convergence.Cli.Optimizing;

/// <summary>For machines: an object a line, each with its <c>event</c>. The formats are described in docs/command.md.</summary>
internal sealed class JsonOptimizationDisplay(TextWriter output) : OptimizationDisplay
{
    private readonly Lock _lock = new();

    public override void Report(OptimizationEvent value)
    {
        if (Describe(value) is not { } line)
        {
            return;
        }

        lock (_lock)
        {
            output.WriteLine(line.ToJsonString());
            output.Flush();
        }
    }

    private static JsonObject? Describe(OptimizationEvent value) => value switch
    {
        RunStarted started => new JsonObject
        {
            ["event"] = "started",
            ["run_id"] = started.RunId,
            ["kept_configurations"] = started.ReplayedConfigurations,
            ["forecast"] = ForecastText.ToJson(started.Forecast),
        },
        ConfigurationFinished finished => new JsonObject
        {
            ["event"] = "configuration",
            ["id"] = finished.Outcome.Id,
            ["generation"] = finished.Outcome.Generation,
            ["origin"] = finished.Outcome.Origin,
            ["parameters"] = finished.Outcome.Parameters.DeepClone(),
            ["score"] = finished.Outcome.Score,
            ["metrics"] = new JsonObject(
                finished.Outcome.Metrics.Select(metric => KeyValuePair.Create(metric.Key, (JsonNode?)JsonValue.Create(metric.Value)))),
            ["given_up"] = finished.Outcome.IsPruned,
            ["error"] = finished.Outcome.Error,
        },
        GenerationFinished generation => new JsonObject
        {
            ["event"] = "generation",
            ["generation"] = generation.Generation,
            ["generations"] = generation.Of,
            ["best"] = generation.BestScore,
            ["mean"] = generation.MeanScore,
            ["calls"] = generation.Spent.Calls,
            ["kept_calls"] = generation.Spent.ReplayedCalls,
            ["tokens"] = generation.Spent.Tokens,
            ["usd"] = generation.Spent.Dollars,
            ["seconds_left"] = generation.Left?.TotalSeconds,
        },
        Noted note => new JsonObject { ["event"] = "note", ["text"] = note.Message },
        _ => null,
    };
}
