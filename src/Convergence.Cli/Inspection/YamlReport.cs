using System.Text.Json.Nodes;
using Convergence.Cli.Optimizing;
using Convergence.EvoMerge.Configuration;
using Convergence.LanguageModels.Tasks;
using Convergence.Merging;

namespace Convergence.Cli.Inspection;

/// <summary>Tells the kinds of YAML files apart by their keys: recipes, jobs of an evolution, task files, optimizations.</summary>
internal static class YamlReport
{
    private static readonly string[] RecipeKeys = ["merge_method", "slices", "modules", "base_model"];
    private static readonly string[] JobKeys = ["models", "phase1", "generations", "techniques", "population_size"];

    public static (JsonObject Report, Action<TextWriter, JsonObject> Print) Describe(string path, string? split)
    {
        var keys = RecipeReader.ReadKeys(path);
        if (OptimizationFile.HasKeys(keys))
        {
            return (OptimizationReport.DescribeFile(path), OptimizationReport.Print);
        }

        if (!keys.Any(RecipeKeys.Contains) && keys.Contains("tasks"))
        {
            return keys.Any(JobKeys.Contains) ? (Job(path), Print) : (Tasks(path, split), Print);
        }

        return (RecipeReport.Describe(path), RecipeReport.Print);
    }

    private static JsonObject Job(string path)
    {
        var config = EvoMergeConfigReader.ReadFile(path);
        return new JsonObject
        {
            ["kind"] = "job",
            ["path"] = Path.GetFullPath(path),
            ["summary"] = FormattableString.Invariant(
                $"a job for \"convergence evolve\": {config.Models.Length} models, {config.Generations} generations, seed {config.Seed}"),
            ["configuration"] = EffectiveConfiguration.Of(config),
        };
    }

    private static JsonObject Tasks(string path, string? split)
    {
        var tasks = TaskFile.ReadFile(path, split);
        return new JsonObject
        {
            ["kind"] = "tasks",
            ["path"] = Path.GetFullPath(path),
            ["summary"] = FormattableString.Invariant($"a task file for \"convergence eval\" and jobs: {tasks.Length} tasks"),
            ["configuration"] = new JsonObject(
                tasks.Select(task => KeyValuePair.Create(task.Name, (JsonNode?)$"{task.Metric}, {task.DataPath}"))),
        };
    }

    private static void Print(TextWriter output, JsonObject report)
    {
        output.WriteLine($"{report["kind"],-8} {report["path"]}");
        output.WriteLine(report["summary"]!.GetValue<string>());
        output.WriteLine();
        foreach (var (key, value) in report["configuration"]!.AsObject())
        {
            output.WriteLine($"{key}: {(value is JsonValue ? value.ToString() : value?.ToJsonString() ?? "none")}");
        }
    }
}
