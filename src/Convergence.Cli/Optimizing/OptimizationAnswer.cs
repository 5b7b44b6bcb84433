using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Cli.Hosting;
using Convergence.Foundation.Text;
using Convergence.Optimization.Results;
using Convergence.Optimization.Runs;

namespace Convergence.Cli.Optimizing;

/// <summary>What <c>optimize</c>, <c>rescore</c> and <c>report</c> say at the end.</summary>
internal static class OptimizationAnswer
{
    private const int NameWidth = 26;

    public static void Print(TextWriter output, OptimizationResult result, ImmutableArray<string> files)
    {
        output.WriteLine();
        foreach (var (name, value) in ResultFindings.Facts(result))
        {
            output.WriteLine($"{name.PadRight(NameWidth)}{value}");
        }

        output.WriteLine();
        foreach (var entry in result.BestParameters ?? [])
        {
            output.WriteLine($"  {entry.Key.PadRight(NameWidth - 2)}{ResultText.Value(entry.Value)}");
        }

        output.WriteLine();
        foreach (var sentence in ResultFindings.Of(result))
        {
            output.WriteLine(sentence);
        }

        output.WriteLine();
        var directory = Path.GetDirectoryName(files[0])!;
        output.WriteLine($"results  {WorkingPath.Of(directory)}");
        if (files.FirstOrDefault(file => file.EndsWith(".html", StringComparison.Ordinal)) is { } page)
        {
            output.WriteLine($"report   {WorkingPath.Of(page)}");
        }
    }

    public static JsonObject ToJson(OptimizationResult result, ImmutableArray<string> files) => new()
    {
        ["event"] = "result",
        ["success"] = result.Best is not null && !result.IsCutShort,
        ["cut_short"] = result.IsCutShort,
        ["optimization_run_id"] = result.RunId,
        ["best_config"] = result.BestParameters?.DeepClone(),
        ["best_score"] = result.Best?.Score,
        ["estimate"] = result.Estimate is { } estimate ? ToJson(estimate) : null,
        ["verdict"] = result.Verdict is { } verdict ? ToJson(verdict) : null,
        ["hypervolume"] = result.Hypervolume,
        ["configs_generated"] = result.Configurations.Length,
        ["generations_run"] = result.GenerationsRun,
        ["stop_reason"] = result.StopReason,
        ["calls"] = result.Spent.Calls,
        ["kept_calls"] = result.Spent.ReplayedCalls,
        ["tokens"] = result.Spent.Tokens,
        ["usd"] = result.Spent.Dollars,
        ["seconds"] = result.Spent.Duration.TotalSeconds,
        ["notes"] = new JsonArray([.. result.Notes.Select(note => (JsonNode)note)]),
        ["output_directory"] = Path.GetDirectoryName(files[0]),
        ["files"] = new JsonArray([.. files.Select(file => (JsonNode)file)]),
    };

    /// <summary>Whether anything was found, and whether the run came to its end, decides the exit code.</summary>
    public static int ExitCodeOf(OptimizationResult result) =>
        result.Best is null ? ExitCode.NoValidCandidate : result.IsCutShort ? ExitCode.CutShort : ExitCode.Success;

    private static JsonObject ToJson(CorrectedScore estimate) => new()
    {
        ["value"] = JsonNumber.Finite(estimate.Value),
        ["lower95"] = estimate.HasInterval ? JsonNumber.Finite(estimate.Lower) : null,
        ["upper95"] = estimate.HasInterval ? JsonNumber.Finite(estimate.Upper) : null,
        ["held_out"] = estimate.IsFromHeldOutCases,
        ["held_out_mean"] = estimate.HeldOutMean,
    };

    private static JsonObject ToJson(Verdict verdict) => new()
    {
        ["advice"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(verdict.Advice.ToString()),
        ["difference"] = JsonNumber.Finite(verdict.Difference),
        ["lower95"] = JsonNumber.Finite(verdict.Lower),
        ["upper95"] = JsonNumber.Finite(verdict.Upper),
        ["cases_needed"] = verdict.CasesNeeded,
        ["usd_needed"] = verdict.DollarsNeeded,
        ["sentence"] = verdict.Sentence,
    };
}
