using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Cli.Hosting;
using Convergence.Optimization.Configuration;

namespace Convergence.Cli.Optimizing;

/// <summary>
/// The diagnosis of a configuration: what keeps it from running, what in it does not do what it seems to, what it amounts to.
/// </summary>
internal static class OptimizationDoctor
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static int Run(string path, bool isJson, TextWriter output)
    {
        var diagnosis = Examine(path);
        if (isJson)
        {
            output.WriteLine(ToJson(path, diagnosis).ToJsonString(Indented));
        }
        else
        {
            Print(output, diagnosis);
        }

        return diagnosis.Blockers.IsEmpty ? ExitCode.Success : ExitCode.NotMergeable;
    }

    public static OptimizationDiagnosis Examine(string path)
    {
        var config = OptimizationConfigReader.ReadFile(path);
        return OptimizationDiagnosis.Of(config, EnvironmentSecrets.For(config.Directory));
    }

    private static void Print(TextWriter output, OptimizationDiagnosis diagnosis)
    {
        var warnings = diagnosis.Findings.Count(finding => finding.IsWarning);
        output.WriteLine(
            (diagnosis.Blockers.IsEmpty
                ? "This optimization can be run"
                : $"This optimization cannot be run yet: {Count(diagnosis.Blockers.Length, "problem")}")
            + (warnings > 0 ? $", {Count(warnings, "warning")}." : "."));
        output.WriteLine();
        var width = diagnosis.Facts.Max(fact => fact.Name.Length) + 2;
        foreach (var (name, value) in diagnosis.Facts)
        {
            output.WriteLine($"{name.PadRight(width)}{value}");
        }

        output.WriteLine();
        foreach (var problem in diagnosis.Blockers)
        {
            output.WriteLine($"BLOCKS   {problem}");
        }

        foreach (var finding in diagnosis.Findings)
        {
            output.WriteLine($"{(finding.IsWarning ? "WARNING" : "note"),-9}{finding.Key}: {finding.Message}");
        }
    }

    private static JsonObject ToJson(string path, OptimizationDiagnosis diagnosis) => new()
    {
        ["kind"] = "optimization",
        ["path"] = Path.GetFullPath(path),
        ["can_be_run"] = diagnosis.Blockers.IsEmpty,
        ["facts"] = new JsonObject(diagnosis.Facts.Select(fact => KeyValuePair.Create(fact.Name, (JsonNode?)fact.Value))),
        ["problems"] = new JsonArray([.. diagnosis.Blockers.Select(problem => (JsonNode)problem)]),
        ["findings"] = new JsonArray([.. diagnosis.Findings.Select(finding => new JsonObject
        {
            ["level"] = finding.IsWarning ? "warning" : "note",
            ["key"] = finding.Key,
            ["message"] = finding.Message,
        })]),
    };

    private static string Count(int count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");
}
