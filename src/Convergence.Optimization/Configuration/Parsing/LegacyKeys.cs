using System.Collections.Immutable;
using Convergence.Foundation.Yaml;

namespace Convergence.Optimization.Configuration.Parsing;

/// <summary>The section <c>legacy</c>.</summary>
internal static class LegacyKeys
{
    // Files of the original say csv and json, which it took for nothing.
    private static readonly string[] Formats = ["winners_only", "full_audit", "csv", "json"];

    public static LegacyConfig Read(YamlSection root, ConfigReading reading)
    {
        var section = root.Section("legacy");
        var defaults = new LegacyConfig();
        var (path, olderPath) = (reading.PathOf(section, "sqlite_path"), reading.PathOf(section, "storage_path"));
        var legacy = new LegacyConfig
        {
            IsEnabled = section.Flag("enabled", defaults.IsEnabled),
            SessionId = section.Text("session_id"),
            SqlitePath = path ?? olderPath ?? Path.Combine(reading.Directory, "data", "legacy.db"),
            ExportDirectory = reading.PathOf(section, "export_dir") ?? Path.Combine(reading.Directory, "legacy"),
            ExportFormats = ReadFormats(section, reading) ?? defaults.ExportFormats,
        };
        ReadTrackers(section, reading);
        reading.NoteUnknownKeys(section);
        return legacy;
    }

    private static ImmutableArray<string>? ReadFormats(YamlSection section, ConfigReading reading)
    {
        if (section.Words("export_formats", Formats) is not { } formats)
        {
            return null;
        }

        var unused = formats.Where(format => format is "csv" or "json").ToArray();
        if (unused.Length > 0)
        {
            reading.Warn(
                section.NameOf("export_formats"),
                $"{string.Join(", ", unused)} does nothing: exports are winners_only and full_audit, both CSV files.");
        }

        return [.. formats.Except(unused)];
    }

    private static void ReadTrackers(YamlSection section, ConfigReading reading)
    {
        if (section.Text("tracking_backend") is { } backend && backend != "builtin")
        {
            reading.Warn(
                section.NameOf("tracking_backend"),
                $"'{backend}' does nothing: the history is kept in sqlite_path. Import the CSV files of export_dir into {backend}.");
        }

        foreach (var tracker in new[] { "mlflow", "aim", "weave" })
        {
            var key = tracker + "_config";
            var isOn = section.Has(key) && section.Value(key) is YamlMap map
                && map.Find("enabled") is not YamlScalar { Text: "false" or "False" } && map.Entries.Count > 0;
            _ = section.Value(key);
            if (isOn)
            {
                reading.Warn(section.NameOf(key), $"does nothing: there is no connection to {tracker}, as there is none in the original.");
            }
        }
    }
}
