using System.Text.Json.Nodes;

namespace Convergence.EvoMerge.Results.Reports;

/// <summary>
/// Says paths as seen from a directory. A report travels with its directory: where the run's models lay on some machine helps no reader
/// elsewhere, and is nobody else's business.
/// </summary>
/// <param name="directory">The run's output directory, absolute.</param>
internal sealed class PortablePaths(string directory)
{
    /// <summary>
    /// A path relative to the directory, with forward slashes; of a path that shares nothing but the root with it, the last part only.
    /// </summary>
    public string Of(string path)
    {
        var root = Path.GetPathRoot(path) ?? "";
        var (parts, origin) = (Split(path, root), Split(directory, Path.GetPathRoot(directory) ?? ""));
        var relative = Path.GetRelativePath(directory, path);
        return parts.Length > 0 && origin.Length > 0 && parts[0] == origin[0] && !Path.IsPathRooted(relative)
            ? relative.Replace('\\', '/')
            : $".../{parts.LastOrDefault()}";
    }

    /// <summary>A copy of a configuration in which every absolute path is relative.</summary>
    public JsonObject Of(JsonObject configuration) => (JsonObject)Copy(configuration)!;

    /// <summary>A text in which the absolute paths of a configuration are relative.</summary>
    public string In(string text, JsonObject configuration) => Texts(configuration)
        .Where(IsAbsolute)
        .OrderByDescending(path => path.Length)
        .Aggregate(text, (current, path) => current.Replace(path, Of(path), StringComparison.Ordinal));

    private JsonNode? Copy(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.Select(pair => KeyValuePair.Create(pair.Key, Copy(pair.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Copy)]),
        JsonValue value when value.TryGetValue<string>(out var text) && IsAbsolute(text) => Of(text),
        _ => node?.DeepClone(),
    };

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(pair => Texts(pair.Value)),
        JsonArray list => list.SelectMany(Texts),
        JsonValue value when value.TryGetValue<string>(out var text) => [text],
        _ => [],
    };

    /// <summary>Tasks may stand in the configuration as the text of a file, which is no path.</summary>
    private static bool IsAbsolute(string text) => Path.IsPathFullyQualified(text) && !text.Contains('\n', StringComparison.Ordinal);

    private static string[] Split(string path, string root) =>
        path[root.Length..].Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
}
