using System.Text.Json.Nodes;
using Convergence.Cli.Hosting;
using Convergence.EvoMerge.Results;
using Convergence.EvoMerge.Results.Reports;
using Convergence.EvoMerge.Runs;
using Convergence.Foundation.Text;

namespace Convergence.Cli.Commands;

/// <summary>What <c>evolve</c> says at the end.</summary>
internal static class EvolveResult
{
    public static void Print(TextWriter output, RunSummary summary, string directory)
    {
        output.WriteLine();
        foreach (var (name, value) in Findings.Facts(summary))
        {
            output.WriteLine($"{name,-32}{value}");
        }

        output.WriteLine();
        foreach (var comparison in summary.Test.Comparisons)
        {
            output.WriteLine(Verdict.Sentence(comparison));
        }

        output.WriteLine();
        output.WriteLine($"results  {WorkingPath.Of(directory)}");
        output.WriteLine($"report   {WorkingPath.Of(Path.Combine(directory, "report.html"))}");
    }

    public static JsonObject ToJson(RunOutcome outcome, string? resumeCommand)
    {
        var result = new JsonObject
        {
            ["event"] = "result",
            ["stop_reason"] = outcome.StopReason.ToString().ToLowerInvariant(),
            ["checkpoint"] = outcome.CheckpointPath,
            ["output_directory"] = outcome.OutputDirectory,
        };
        if (resumeCommand is not null)
        {
            result["resume_command"] = resumeCommand;
        }

        if (outcome.Summary is { } summary)
        {
            result["generations"] = summary.History.Length;
            result["evaluations"] = summary.EvaluationCount;
            result["cache_hits"] = summary.CacheHitCount;
            result["elapsed_seconds"] = summary.ElapsedSeconds;
            result["technique"] = summary.ChampionTechnique;
            result["starting_technique"] = summary.StartingTechnique;
            result["recipe"] = summary.ChampionRecipe;
            result["test"] = new JsonArray([.. summary.Test.Contestants.Select(ToJson)]);
            result["comparisons"] = new JsonArray([.. summary.Test.Comparisons.Select(ToJson)]);
        }

        return result;
    }

    private static JsonObject ToJson(Contestant contestant) => new()
    {
        ["name"] = contestant.Name,
        ["role"] = contestant.Role.ToString().ToLowerInvariant(),
        ["fitness"] = JsonNumber.Finite(contestant.Fitness),
        ["perplexity"] = JsonNumber.Finite(contestant.Perplexity),
        ["accuracy"] = JsonNumber.Finite(contestant.Accuracy),
    };

    private static JsonObject ToJson(Comparison comparison) => new()
    {
        ["against"] = comparison.Against,
        ["relative_gain"] = JsonNumber.Finite(comparison.RelativeGain),
        ["lower95"] = JsonNumber.Finite(comparison.Lower95),
        ["upper95"] = JsonNumber.Finite(comparison.Upper95),
        ["significant"] = comparison.IsSignificant,
    };
}
