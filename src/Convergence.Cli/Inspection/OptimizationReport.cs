using System.Text.Json.Nodes;
using Convergence.Cli.Optimizing;
using Convergence.Optimization.Results;

namespace Convergence.Cli.Inspection;

/// <summary>What a configuration of an optimization, or the directory of its run, holds.</summary>
internal static class OptimizationReport
{
    public static JsonObject DescribeFile(string path) => Report(
        "optimization", path, "a configuration for \"convergence optimize\"; \"convergence doctor\" says what is wrong with it",
        OptimizationDoctor.Examine(path).Facts);

    /// <summary>Whether a directory is that of a run that has ended.</summary>
    public static bool IsRun(string directory) =>
        File.Exists(Path.Combine(directory, ResultFile.Name)) && File.Exists(Path.Combine(directory, "run.json"));

    public static JsonObject DescribeRun(string directory)
    {
        var (result, settings) = ResultFile.Read(directory);
        return Report(
            "optimization_run", directory,
            $"a run of \"convergence optimize\" for {result.ApiName}; \"convergence report\" shows it in full",
            [
                .. ResultFindings.Facts(result),
                ("best configuration", result.BestParameters?.ToJsonString() ?? "none"),
                ("configuration file", settings.Source),
            ]);
    }

    public static void Print(TextWriter output, JsonObject report)
    {
        output.WriteLine($"{report["kind"]}  {report["path"]}");
        output.WriteLine(report["summary"]!.GetValue<string>());
        output.WriteLine();
        foreach (var (name, value) in report["facts"]!.AsObject())
        {
            output.WriteLine($"{name}: {value}");
        }
    }

    private static JsonObject Report(string kind, string path, string summary, IEnumerable<(string Name, string Value)> facts) => new()
    {
        ["kind"] = kind,
        ["path"] = Path.GetFullPath(path),
        ["summary"] = summary,
        ["facts"] = new JsonObject(facts.Select(fact => KeyValuePair.Create(fact.Name, (JsonNode?)fact.Value))),
    };
}
