using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Convergence.Foundation.Files;

namespace Convergence.Merging;

/// <summary>
/// Digests of files that were hashed before, in the user's cache directory: merging again with the same parents does not hash them again.
/// A file is taken for the one that was hashed when its path, size and time of change are the same, as make and git take it. A cache
/// that cannot be read or written is as good as none. Safe for concurrent use.
/// </summary>
public sealed partial class DigestCache
{
    private const int MaxByteCount = 8 << 20;
    private const int MaxEntryCount = 4096;

    // A file that is changed twice within the clock's resolution has one time; only older files are remembered.
    private static readonly TimeSpan SettledAge = TimeSpan.FromSeconds(2);

    private readonly string? _path;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, string> _digests;
    private bool _isChanged;

    /// <param name="path">The cache's file; <see langword="null"/> remembers nothing between processes.</param>
    /// <param name="time">Tells how old files are.</param>
    public DigestCache(string? path, TimeProvider? time = null)
    {
        _path = path;
        _time = time ?? TimeProvider.System;
        _digests = new ConcurrentDictionary<string, string>(Read(path), StringComparer.Ordinal);
    }

    /// <summary>
    /// The cache of the user who runs this process: <c>convergence-evomerge/digests.json</c> in the cache directory of the system.
    /// </summary>
    public static DigestCache OfUser(TimeProvider? time = null)
    {
        var folder = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(folder))
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            folder = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : home.Length > 0 ? Path.Combine(home, OperatingSystem.IsMacOS() ? "Library/Caches" : ".cache")
                : "";
        }

        return new DigestCache(Path.IsPathRooted(folder) ? Path.Combine(folder, "convergence-evomerge", "digests.json") : null, time);
    }

    /// <summary>The digest of a file if it is known.</summary>
    internal FileDigest? Find(string path)
    {
        var file = new FileInfo(path);
        return file.Exists && _digests.TryGetValue(Key(file), out var known) ? new FileDigest(file.Name, file.Length, known) : null;
    }

    /// <summary>The digest of a file, hashed only when it is not known.</summary>
    /// <exception cref="ConvergenceException">The file cannot be read.</exception>
    public FileDigest Get(string path, CancellationToken cancellation = default)
    {
        if (Find(path) is { } known)
        {
            return known;
        }

        var key = Key(new FileInfo(path));
        var digest = FileDigest.Of(path, cancellation);
        var after = new FileInfo(path);
        if (Key(after) == key && _time.GetUtcNow() - after.LastWriteTimeUtc > SettledAge)
        {
            _digests[key] = digest.Sha256;
            _isChanged = true;
        }

        return digest;
    }

    /// <summary>Writes what was learnt. Does nothing when that was nothing, or cannot be written.</summary>
    public void Save()
    {
        if (_path is null || !_isChanged)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            var kept = _digests.OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .TakeLast(MaxEntryCount)
                .ToDictionary(StringComparer.Ordinal);
            AtomicFile.WriteAllText(_path, JsonSerializer.Serialize(kept, CacheJson.Default.DictionaryStringString));
            _isChanged = false;
        }
        catch (Exception exception) when (exception is ConvergenceException or IOException or UnauthorizedAccessException)
        {
            // The next merge hashes again.
        }
    }

    private static string Key(FileInfo file) => file.Exists
        ? string.Create(CultureInfo.InvariantCulture, $"{file.FullName}|{file.Length}|{file.LastWriteTimeUtc.Ticks}")
        : file.FullName;

    private static Dictionary<string, string> Read(string? path)
    {
        try
        {
            return path is not null && File.Exists(path)
                ? JsonSerializer.Deserialize(CappedFile.ReadAllBytes(path, MaxByteCount), CacheJson.Default.DictionaryStringString) ?? []
                : [];
        }
        catch (Exception exception) when (exception is ConvergenceException or JsonException or IOException)
        {
            return [];
        }
    }

    [JsonSerializable(typeof(Dictionary<string, string>))]
    private sealed partial class CacheJson : JsonSerializerContext;
}
