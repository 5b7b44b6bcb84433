using System.Collections.Immutable;
using Convergence.Foundation.Yaml;

namespace Convergence.Optimization.Configuration.Parsing;

/// <summary>Puts values of the command line into a file's tree.</summary>
internal static class ConfigOverrides
{
    private const char Separator = '.';

    public static YamlMap Apply(YamlMap root, ImmutableSortedDictionary<string, string> overrides) =>
        overrides.Aggregate(root, (map, given) => Set(map, given.Key, given.Value));

    private static YamlMap Set(YamlMap map, string path, string text)
    {
        var key = FirstKeyOf(map, path);
        if (key.Length == path.Length)
        {
            return map.With(key, text);
        }

        // What is no map there is replaced: the command line knows better.
        var inner = Set(map.Find(key) as YamlMap ?? new YamlMap(map.Line, []), path[(key.Length + 1)..], text);
        var kept = map.Entries.Where(entry => entry.Key.Text != key);
        return map with { Entries = [.. kept, (new YamlScalar(map.Line, key, IsPlain: true), inner)] };
    }

    // Names of models have dots of their own: a key that is there goes before what stands before the first dot.
    private static string FirstKeyOf(YamlMap map, string path) =>
        map.Entries.Select(entry => entry.Key.Text)
            .Where(key => path == key || path.StartsWith(key + Separator, StringComparison.Ordinal))
            .MaxBy(key => key.Length)
        ?? path.Split(Separator)[0];
}
