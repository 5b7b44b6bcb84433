using System.Collections.Frozen;
using System.Collections.Immutable;
using Convergence.Foundation.Yaml;

namespace Convergence.Optimization.Configuration.Parsing;

/// <summary>The section <c>storage</c>; files of the original have it under <c>society</c>.</summary>
internal static class StorageKeys
{
    private static readonly FrozenDictionary<string, StorageBackend> Words = new Dictionary<string, StorageBackend>
    {
        ["sqlite"] = StorageBackend.Sqlite,
        ["file"] = StorageBackend.File,
        ["files"] = StorageBackend.File,
        ["memory"] = StorageBackend.Memory,
        ["postgresql"] = StorageBackend.PostgreSql,
        ["postgres"] = StorageBackend.PostgreSql,
        ["convex"] = StorageBackend.Convex,
        ["multi"] = StorageBackend.Multi,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static StorageConfig Read(YamlSection root, ConfigReading reading)
    {
        var inSociety = !root.Has("storage") && root.Value("society") is YamlMap society && society.Find("storage") is YamlMap;
        var section = inSociety ? root.Section("society").Section("storage") : root.Section("storage");
        var defaults = new StorageConfig();
        var storage = new StorageConfig
        {
            Backend = section.Word("backend", Words) ?? defaults.Backend,
            Backends = ReadBackends(section) ?? defaults.Backends,
            Path = reading.PathOf(section, "path") ?? Path.Combine(reading.Directory, "data", "optimization"),
            ConnectionEnvironment = AuthKeys.EnvironmentName(section, "connection_env"),
            Url = Addresses.Read(section, "url"),
            TokenEnvironment = AuthKeys.EnvironmentName(section, "token_env"),
            IsCached = section.Flag("cache_enabled", defaults.IsCached),
        };
        Check(section, storage);
        reading.NoteUnknownKeys(section);
        return storage;
    }

    private static ImmutableArray<StorageBackend>? ReadBackends(YamlSection section)
    {
        if (section.TextList("backends") is not { } names)
        {
            return null;
        }

        ImmutableArray<StorageBackend> backends =
        [
            .. names.Select(name => section.ParseWord("backends", name, Words)).OfType<StorageBackend>().Distinct(),
        ];
        if (backends.IsEmpty || backends.Contains(StorageBackend.Multi))
        {
            section.Fail("backends", "names the stores that multi writes: at least one, and not multi itself.");
        }

        return backends;
    }

    private static void Check(YamlSection section, StorageConfig storage)
    {
        ReadOnlySpan<StorageBackend> used = storage.Backend == StorageBackend.Multi ? storage.Backends.AsSpan() : [storage.Backend];
        if (used.Contains(StorageBackend.PostgreSql) && storage.ConnectionEnvironment is null)
        {
            section.Fail("connection_env", "missing. Name the environment variable that holds PostgreSQL's connection string.");
        }

        if (used.Contains(StorageBackend.Convex) && storage.Url is null)
        {
            section.Fail("url", "missing. Give the address of the Convex deployment.");
        }
    }
}
