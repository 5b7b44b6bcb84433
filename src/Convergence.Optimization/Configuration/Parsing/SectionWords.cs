using System.Collections.Frozen;
using System.Collections.Immutable;
using Convergence.Foundation.Text;
using Convergence.Foundation.Yaml;

namespace Convergence.Optimization.Configuration.Parsing;

/// <summary>Getters for values that are one of a set of words, some of which mean the same.</summary>
internal static class SectionWords
{
    /// <summary>The value that a word stands for. Case does not count, and <c>-</c>, <c>_</c>, a point and a blank are one.</summary>
    /// <param name="section">The section.</param>
    /// <param name="key">The key.</param>
    /// <param name="words">All words in lower case, with <c>_</c>.</param>
    /// <returns><see langword="null"/> when the key is absent or its word is unknown, which is noted as an error.</returns>
    public static T? Word<T>(this YamlSection section, string key, FrozenDictionary<string, T> words) where T : struct =>
        section.Text(key) is { } text ? section.ParseWord(key, text, words) : null;

    /// <inheritdoc cref="Word"/>
    public static T? ParseWord<T>(this YamlSection section, string key, string text, FrozenDictionary<string, T> words) where T : struct
    {
        if (words.TryGetValue(Plain(text), out var value))
        {
            return value;
        }

        var known = words.Keys.Order(StringComparer.Ordinal).ToArray();
        section.Fail(key, $"'{text}' is not one of {string.Join(", ", known)}.{Suggestion.Phrase(text, known)}");
        return null;
    }

    /// <summary>A list of words of a set; those that are not in it are noted as errors.</summary>
    public static ImmutableArray<string>? Words(this YamlSection section, string key, params string[] allowed)
    {
        if (section.TextList(key) is not { } texts)
        {
            return null;
        }

        foreach (var text in texts.Where(text => !allowed.Contains(Plain(text))))
        {
            section.Fail(key, $"'{text}' is not one of {string.Join(", ", allowed)}.{Suggestion.Phrase(text, allowed)}");
        }

        return [.. texts.Select(Plain).Distinct()];
    }

    /// <summary>Fields and texts of a map; values that are no single word are noted as errors.</summary>
    public static ImmutableSortedDictionary<string, string> TextMap(this YamlSection section, string key)
    {
        var inner = section.Section(key);
        return inner.Keys.ToArray().Select(name => KeyValuePair.Create(name, inner.Text(name)))
            .Where(entry => entry.Value is not null)
            .ToImmutableSortedDictionary(entry => entry.Key, entry => entry.Value!, StringComparer.Ordinal);
    }

    private static string Plain(string text) => text.Trim().ToLowerInvariant().Replace('-', '_').Replace(' ', '_').Replace('.', '_');
}
