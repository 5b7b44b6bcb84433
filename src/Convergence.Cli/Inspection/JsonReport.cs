using System.Text.Json.Nodes;
using Convergence.Cli.Optimizing;
using Convergence.EvoMerge.Configuration;
using Convergence.Foundation.Json;

namespace Convergence.Cli.Inspection;

/// <summary>
/// Tells the kinds of JSON files apart: checkpoints, jobs and recipes in JSON, and what the phases of a pipeline hand over.
/// </summary>
internal static class JsonReport
{
    private const int MaxByteCount = 1 << 29;

    private static readonly string[] ConfigurationKeys = ["tasks", "merge_method"];

    public static (JsonObject Report, Action<TextWriter, JsonObject> Print) Describe(string path, string? split)
    {
        var root = Parse(path);
        if (root is not null && OptimizationFile.HasKeys(root.Select(entry => entry.Key)))
        {
            return (OptimizationReport.DescribeFile(path), OptimizationReport.Print);
        }

        if (root is null || root.ContainsKey("format"))
        {
            return (CheckpointReport.Describe(path), CheckpointReport.Print);
        }

        if (ConfigurationKeys.Any(root.ContainsKey))
        {
            return YamlReport.Describe(path, split);
        }

        if (root.ContainsKey("specializations"))
        {
            return (Phase1(path), PrintSummary);
        }

        if (root.ContainsKey("phase_2_metrics"))
        {
            var report = Report("result", path, "the result of \"convergence evolve\"; report.html beside it says the same for people");
            report["content"] = root;
            return (report, PrintSummary);
        }

        return (CheckpointReport.Describe(path), CheckpointReport.Print);
    }

    private static JsonObject Phase1(string path)
    {
        var contract = Phase1Contract.ReadFile(path);
        var report = Report(
            "phase1",
            path,
            $"{contract.Models.Length} models for a job of \"convergence evolve\", which names this file by its key phase1");
        report["models"] = new JsonObject(contract.Specializations.Zip(
            contract.Models, (name, model) => KeyValuePair.Create(name, (JsonNode?)model)));
        return report;
    }

    private static JsonObject Report(string kind, string path, string summary) =>
        new() { ["kind"] = kind, ["path"] = Path.GetFullPath(path), ["summary"] = summary };

    /// <summary>What is no JSON at all, the reader of checkpoints explains.</summary>
    private static JsonObject? Parse(string path) => JsonFile.TryReadObject(path, MaxByteCount);

    private static void PrintSummary(TextWriter output, JsonObject report)
    {
        output.WriteLine($"{report["kind"],-8} {report["path"]}");
        output.WriteLine(report["summary"]!.GetValue<string>());
        output.WriteLine();
        foreach (var (key, value) in (report["models"] ?? report["content"])!.AsObject())
        {
            output.WriteLine($"{key}: {(value is JsonValue ? value.ToString() : value?.ToJsonString() ?? "none")}");
        }
    }
}
