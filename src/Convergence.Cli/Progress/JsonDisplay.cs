using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.EvoMerge.Runs;

namespace Convergence.Cli.Progress;

/// <summary>For machines: an object a line, each with its <c>event</c>. The formats are described in docs/command.md.</summary>
internal sealed class JsonDisplay(TextWriter output, TextWriter error) : RunDisplay
{
    private readonly Lock _lock = new();

    public override void Report(RunEvent value)
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

    public override void Notice(string text) => error.WriteLine(text);

    private static JsonObject? Describe(RunEvent value) => value switch
    {
        RunStarted started => new JsonObject
        {
            ["event"] = "started",
            ["device"] = started.Device,
            ["workers"] = started.Workers,
            ["resumed_from"] = started.ResumedFrom,
            ["generation"] = started.Generation,
            ["evaluations"] = started.Evaluations,
            ["configuration"] = started.Configuration.DeepClone(),
        },
        PhaseStarted phase => new JsonObject
        {
            ["event"] = "phase",
            ["phase"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(phase.Phase.ToString()),
            ["evaluations"] = phase.Evaluations,
        },
        GenerationCompleted generation => Describe(generation),
        CheckpointWritten checkpoint => new JsonObject
        {
            ["event"] = "checkpoint",
            ["path"] = checkpoint.Path,
            ["generation"] = checkpoint.Generation,
        },
        RunNote note => new JsonObject { ["event"] = "note", ["text"] = note.Text },
        _ => null,
    };

    private static JsonObject Describe(GenerationCompleted generation)
    {
        var (record, summary) = (generation.Record, generation.Record.Summary);
        return new JsonObject
        {
            ["event"] = "generation",
            ["generation"] = summary.Generation + 1,
            ["generations"] = generation.GenerationCount,
            ["best"] = summary.BestFitness,
            ["mean"] = summary.MeanFitness,
            ["diversity"] = summary.Diversity,
            ["evaluations"] = record.EvaluationCount,
            ["cache_hits"] = record.CacheHitCount,
            ["failures"] = summary.FailureCount,
            ["immigrants"] = summary.ImmigrantCount,
            ["mutation_strength"] = summary.MutationStrength,
            ["best_technique"] = record.BestTechnique,
            ["evaluations_per_second"] = generation.EvaluationsPerSecond,
            ["seconds_left"] = generation.Remaining?.TotalSeconds,
        };
    }
}
