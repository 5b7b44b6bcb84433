using System.Text.Json.Nodes;
using Convergence.EvoMerge.Results;
using Convergence.EvoMerge.Results.Statistics;
using Convergence.Foundation.Text;
using Convergence.LanguageModels.Tasks;

namespace Convergence.Cli.Evaluation;

/// <summary>A task's result with the interval of its score.</summary>
/// <param name="Result">What the evaluator found.</param>
/// <param name="Score">The score and its 95 % bootstrap interval over examples.</param>
/// <param name="Elapsed">How long it took.</param>
internal sealed record ScoredTask(TaskResult Result, TaskScore Score, TimeSpan Elapsed)
{
    // Fixed, so that the same model and tasks always print the same intervals.
    private const ulong BootstrapSeed = 0;

    public static ScoredTask Of(TaskResult result, TimeSpan elapsed)
    {
        var interval = result.Kind == TaskKind.Perplexity
            ? PairedBootstrap.Run([result.ExampleCount], drawn => Perplexity(result, drawn[0]), BootstrapSeed)
            : PairedBootstrap.Mean(result.PerExample, BootstrapSeed);
        return new ScoredTask(
            result,
            new TaskScore(result.Task, result.Metric, result.Value, interval.Lower, interval.Upper, result.ExampleCount),
            elapsed);
    }

    public JsonObject ToJson() => new()
    {
        ["task"] = Score.Task,
        ["metric"] = Score.Metric,
        ["value"] = JsonNumber.Finite(Score.Value),
        ["lower95"] = JsonNumber.Finite(Score.Lower95),
        ["upper95"] = JsonNumber.Finite(Score.Upper95),
        ["examples"] = Score.ExampleCount,
        ["metrics"] = new JsonObject(
            Result.Metrics.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonNumber.Finite(pair.Value)))),
        ["scored_tokens"] = Result.ScoredTokenCount,
        ["seconds"] = Elapsed.TotalSeconds,
    };

    private static double Perplexity(TaskResult result, int[] blocks)
    {
        var (sum, count) = (0.0, 0L);
        foreach (var block in blocks)
        {
            sum += result.PerExample[block];
            count += result.TokenCounts[block];
        }

        return Math.Exp(-sum / count);
    }
}
