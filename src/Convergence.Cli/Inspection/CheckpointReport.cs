using System.Text.Json.Nodes;
using Convergence.EvoMerge.Results.Reports;
using Convergence.EvoMerge.Runs.Checkpoints;

namespace Convergence.Cli.Inspection;

/// <summary>How far a checkpoint's run is, what it works on and the best it has found.</summary>
internal static class CheckpointReport
{
    public static JsonObject Describe(string path)
    {
        var checkpoint = CheckpointFile.Read(path);
        CheckpointContent.Require(path, checkpoint);
        var history = checkpoint.History;
        return new JsonObject
        {
            ["kind"] = "checkpoint",
            ["path"] = Path.GetFullPath(path),
            ["job"] = checkpoint.Job.Configuration["name"]?.DeepClone(),
            ["generation"] = checkpoint.Generation,
            ["generations"] = checkpoint.Job.Configuration["generations"]?.DeepClone(),
            ["best_fitness"] = checkpoint.Search.Best?.Fitness,
            ["best_technique"] = history.IsEmpty ? null : history[^1].BestTechnique,
            ["best_since_generation"] = checkpoint.Search.Best is { } found ? found.Generation + 1 : null,
            ["diversity"] = history.IsEmpty ? null : history[^1].Summary.Diversity,
            ["evaluations"] = checkpoint.EvaluationCount,
            ["cache_hits"] = checkpoint.CacheHitCount,
            ["elapsed_seconds"] = checkpoint.ElapsedSeconds,
            ["parents"] = new JsonArray(
            [
                .. checkpoint.Job.Parents.Select(
                    parent => (JsonNode)new JsonObject { ["name"] = parent.Name, ["content_hash"] = parent.ContentHash }),
            ]),
            ["notes"] = new JsonArray([.. checkpoint.Notes.Select(note => (JsonNode)note)]),
            ["configuration"] = checkpoint.Job.Configuration.DeepClone(),
        };
    }

    public static void Print(TextWriter output, JsonObject report)
    {
        output.WriteLine($"checkpoint   {report["path"]}");
        output.WriteLine($"job          {report["job"]}");
        output.WriteLine($"generation   {report["generation"]} of {report["generations"]}");
        output.WriteLine(report["best_fitness"] is { } fitness
            ? $"best         {ReportFormat.Fitness(fitness.GetValue<double>())}, {report["best_technique"]}, "
                + $"since generation {report["best_since_generation"]}"
            : "best         none yet");
        output.WriteLine("diversity    " + (report["diversity"] is { } diversity
            ? ReportFormat.Fitness(diversity.GetValue<double>())
            : ReportFormat.Missing));
        output.WriteLine($"evaluations  {report["evaluations"]} (cached {report["cache_hits"]})");
        output.WriteLine($"time so far  {ReportFormat.Duration(report["elapsed_seconds"]!.GetValue<double>())}");
        foreach (var parent in report["parents"]!.AsArray())
        {
            output.WriteLine($"parent       {parent!["name"]}  sha256 {parent["content_hash"]}");
        }

        foreach (var note in report["notes"]!.AsArray())
        {
            output.WriteLine($"note         {note}");
        }
    }
}
