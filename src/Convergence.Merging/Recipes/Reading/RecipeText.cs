using System.Globalization;
using Convergence.Foundation.Yaml;

namespace Convergence.Merging;

/// <summary>What is noted while one document is read: where its keys stand, and what has no effect.</summary>
/// <param name="source">What messages call the file.</param>
internal sealed class RecipeText(string source)
{
    private readonly Dictionary<string, long> _lines = new(StringComparer.Ordinal);
    private readonly List<string> _notes = [];

    public string Source => source;

    /// <summary>The line of each key path.</summary>
    public IReadOnlyDictionary<string, long> Lines => _lines;

    /// <summary>What a person should know of keys that were accepted without effect.</summary>
    public IReadOnlyList<string> Notes => _notes;

    public void Record(string path, YamlValue value) => _lines[path] = value.Line;

    public void Note(YamlValue place, string path, string message) => _notes.Add(Describe(place, path) + message);

    public RecipeException Error(YamlValue place, string path, string message) => new(Describe(place, path) + message);

    private string Describe(YamlValue place, string path) =>
        string.Create(CultureInfo.InvariantCulture, $"{source}:{place.Line}: {(path.Length == 0 ? "" : path + ": ")}");
}
