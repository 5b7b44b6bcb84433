using System.Text.Json.Nodes;
using Convergence.EvoMerge.Results;
using Convergence.EvoMerge.Results.Reports;
using Convergence.EvoMerge.Serialization;
using Convergence.Foundation.Files;
using Convergence.Foundation.Text;
using Convergence.Merging;
using Convergence.Tensors;

namespace Convergence.EvoMerge.HandOff;

/// <summary>
/// Writes a run's output directory, complete or not at all: the merged model (<c>model/</c>), <c>recipe.yaml</c>, <c>result.json</c> for
/// the next phase, <c>history.csv</c> and the reports.
/// </summary>
internal static class HandOffWriter
{
    /// <summary>The folder of the merged model, as <c>result.json</c> names it: relative to that file.</summary>
    public const string ModelFolder = "model";

    /// <param name="directory">Where; must not exist.</param>
    /// <param name="summary">The run.</param>
    /// <param name="plan">The plan that made the champion.</param>
    /// <param name="weights">The champion's weights.</param>
    /// <param name="configuration">The effective configuration.</param>
    /// <param name="cancellation">Looked at while weights are written; nothing is left behind.</param>
    public static void Write(
        string directory, RunSummary summary, MergePlan plan, ITensorSource weights,
        JsonObject configuration, CancellationToken cancellation) =>
        AtomicDirectory.Write(directory, temporary =>
        {
            MergedModelWriter.Write(Path.Combine(temporary, ModelFolder), plan, weights, CardNotes(summary), cancellation);
            AtomicFile.WriteAllText(Path.Combine(temporary, "recipe.yaml"), summary.ChampionRecipe);
            AtomicFile.WriteAllText(Path.Combine(temporary, "result.json"), Result(summary).ToJsonString(RunJson.Indented) + "\n");
            WriteReports(temporary, directory, summary, configuration);
        });

    private static void WriteReports(string temporary, string directory, RunSummary summary, JsonObject configuration)
    {
        var paths = new PortablePaths(Path.GetFullPath(directory));
        var portable = summary with
        {
            ChampionRecipe = paths.In(summary.ChampionRecipe, configuration),
            Notes = [.. summary.Notes.Select(note => paths.In(note, configuration))],
        };
        ReportWriter.Write(temporary, portable, paths.Of(configuration).ToJsonString(RunJson.Indented));
    }

    /// <summary>
    /// The contract with the next phase. Metrics are the champion's on the test split; one that was not measured is null.
    /// </summary>
    internal static JsonObject Result(RunSummary summary)
    {
        var champion = summary.Test.Contestants[0];
        return new JsonObject
        {
            ["model"] = ModelFolder,
            ["phase_2_metrics"] = new JsonObject
            {
                ["fitness"] = JsonNumber.Finite(champion.Fitness),
                ["perplexity"] = JsonNumber.Finite(champion.Perplexity),
                ["accuracy"] = JsonNumber.Finite(champion.Accuracy),
                ["generations"] = summary.History.Length,
            },
            ["ready_for_quietstar"] = double.IsFinite(champion.Fitness),
        };
    }

    private static string CardNotes(RunSummary summary)
    {
        var champion = summary.Test.Contestants[0];
        return FormattableString.Invariant(
            $"Found by an evolution run ({summary.JobName}, seed {summary.Seed}, {summary.History.Length} generations). Technique: ")
            + summary.ChampionTechnique + ". "
            + FormattableString.Invariant(
                $"On the test split: fitness {champion.Fitness:0.####}, perplexity {champion.Perplexity:0.####}, ")
                + FormattableString.Invariant($"accuracy {champion.Accuracy:0.####}.");
    }
}
