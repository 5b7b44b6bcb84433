using System.Collections.Immutable;
using Convergence.Foundation.Yaml;

namespace Convergence.Optimization.Configuration.Parsing;

/// <summary>Puts values of the command line into a file's tree.</summary>
internal static class ConfigOverrides
{
    public static YamlMap Apply(YamlMap root, ImmutableSortedDictionary<string, string> overrides) =>
        overrides.Aggregate(root, (map, given) => Set(map, given.Key.Split('.'), given.Value));

    private static YamlMap Set(YamlMap map, ReadOnlySpan<string> path, string text)
    {
        if (path.Length == 1)
        {
            return map.With(path[0], text);
        }

        // What is no map there is replaced: the command line knows better.
        var key = path[0];
        var inner = Set(map.Find(key) as YamlMap ?? new YamlMap(map.Line, []), path[1..], text);
        var kept = map.Entries.Where(entry => entry.Key.Text != key);
        return map with { Entries = [.. kept, (new YamlScalar(map.Line, key, IsPlain: true), inner)] };
    }
}
