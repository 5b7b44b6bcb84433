using System.Globalization;
using Convergence.Foundation.Text;
using Convergence.Foundation.Yaml;

namespace Convergence.Merging;

/// <summary>One map of a recipe. Only the keys that it is asked for may stand in it.</summary>
internal sealed class RecipeSection
{
    private readonly Dictionary<string, YamlValue> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, YamlScalar> _keys = new(StringComparer.Ordinal);

    /// <param name="text">Where lines and notes go.</param>
    /// <param name="value">The map.</param>
    /// <param name="path">Its place, empty for the document.</param>
    /// <param name="what">What messages call it, such as <c>an entry of "models"</c>.</param>
    /// <param name="known">The keys it may have.</param>
    /// <param name="explain">A message for a key that is known elsewhere, or <see langword="null"/>.</param>
    public RecipeSection(
        RecipeText text, YamlValue value, string path, string what, IReadOnlyList<string> known, Func<string, string?>? explain = null)
    {
        Text = text;
        Place = value;
        Path = path;
        if (value is not YamlMap map)
        {
            throw text.Error(value, path, $"{what} must hold keys and values: {string.Join(", ", known)}.");
        }

        foreach (var (key, given) in map.Entries)
        {
            if (!known.Contains(key.Text))
            {
                throw text.Error(key, path, explain?.Invoke(key.Text)
                    ?? $"{what} has no key \"{key.Text}\".{Suggestion.Phrase(key.Text, known)} It has {string.Join(", ", known)}.");
            }

            text.Record(PathOf(key.Text), key);
            _keys.Add(key.Text, key);
            if (given is not YamlScalar { IsNull: true })
            {
                _values.Add(key.Text, given);
            }
        }
    }

    public RecipeText Text { get; }

    public YamlValue Place { get; }

    public string Path { get; }

    public string PathOf(string key) => Path.Length == 0 ? key : $"{Path}.{key}";

    /// <summary>The value, or <see langword="null"/> when the key is missing or empty.</summary>
    public YamlValue? Find(string key) => _values.GetValueOrDefault(key);

    public RecipeException Error(string key, string message) =>
        Text.Error(_keys.TryGetValue(key, out var place) ? place : Place, PathOf(key), message);

    public string? Word(string key) => Find(key) switch
    {
        null => null,
        YamlScalar scalar => scalar.Text,
        _ => throw Error(key, "must be a single word or path."),
    };

    /// <summary>The items of a list with their places; none when the key is missing.</summary>
    public IEnumerable<(YamlValue Value, string Path)> Items(string key)
    {
        var list = Find(key) switch
        {
            null => null,
            YamlList given => given,
            _ => throw Error(key, $"\"{key}\" must be a list: begin every entry with \"-\"."),
        };
        return (list?.Items ?? []).Select((value, index) =>
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{PathOf(key)}[{index}]");
            Text.Record(path, value);
            return (value, path);
        });
    }
}
