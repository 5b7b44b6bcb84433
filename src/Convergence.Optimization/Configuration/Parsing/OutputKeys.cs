using System.Collections.Immutable;
using Convergence.Foundation.Yaml;

namespace Convergence.Optimization.Configuration.Parsing;

/// <summary>The section <c>output</c>.</summary>
internal static class OutputKeys
{
    private static readonly string[] Formats = ["json", "markdown", "csv", "html"];

    private static readonly string[] Charts =
        ["score_over_time", "parameter_importance", "pareto_front", "cost_vs_quality", "case_heat_map"];

    private static readonly string[] ExportFormats = ["python", "yaml", "json"];

    public static OutputConfig Read(YamlSection root, ConfigReading reading)
    {
        var section = root.Section("output");
        var defaults = new OutputConfig();
        var output = new OutputConfig
        {
            SavePath = reading.PathOf(section, "save_path") ?? Path.Combine(reading.Directory, "results", "optimization_run"),
            SavesAllExperiments = section.Flag("save_all_experiments", defaults.SavesAllExperiments),
            Formats = section.Words("formats", Formats) ?? defaults.Formats,
            Visualizations = section.Words("visualizations", Charts) is { IsEmpty: false } charts ? charts : defaults.Visualizations,
            Export = ReadExport(section, reading),
        };
        reading.NoteUnknownKeys(section);
        return output;
    }

    private static BestConfigExport? ReadExport(YamlSection section, ConfigReading reading)
    {
        var export = section.Section("export_best_config");
        var isEnabled = export.Flag("enabled", section.Has("export_best_config"));
        var format = export.Text("format") ?? "python";
        if (!ExportFormats.Contains(format))
        {
            export.Fail("format", $"'{format}' is not one of {string.Join(", ", ExportFormats)}.");
        }

        var extension = format == "python" ? "py" : format;
        var path = reading.PathOf(export, "output_path") ?? Path.Combine(reading.Directory, $"best_config.{extension}");
        reading.NoteUnknownKeys(export);
        return isEnabled ? new BestConfigExport(format, path) : null;
    }
}
