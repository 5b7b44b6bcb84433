using System.Globalization;
using System.Text.Json.Nodes;
using Convergence.Foundation.Files;
using Convergence.Optimization.Storage.Results;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Storage;

/// <summary>
/// Results in a directory: a JSON file for each key, <c>{"key", "updated_at", "value"}</c>, written whole or not at all. Several processes
/// may use one directory; the last to save a key wins.
/// </summary>
/// <param name="directory">The directory; it is made where it is missing.</param>
/// <param name="time">The clock.</param>
public sealed class FileResultStore(string directory, TimeProvider time) : IResultStore
{
    private const string Extension = ".json";
    private const int MaxByteCount = 1 << 28;

    private readonly string _directory = Path.GetFullPath(directory);

    public Task SaveAsync(string key, JsonNode value, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(value);
        return GuardedAsync(
            () =>
            {
                Directory.CreateDirectory(_directory);
                var content = new JsonObject
                {
                    ["key"] = key,
                    ["updated_at"] = time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
                    ["value"] = value.DeepClone(),
                };
                AtomicFile.WriteAllText(PathOf(key), StoredJson.Write(content) + "\n");
                return true;
            },
            cancellation);
    }

    public Task<JsonNode?> LoadAsync(string key, CancellationToken cancellation) => GuardedAsync(
        () => File.Exists(PathOf(key)) && Read(PathOf(key)) is var (stored, value) && stored == key ? value : null, cancellation);

    public Task DeleteAsync(string key, CancellationToken cancellation) => GuardedAsync(
        () =>
        {
            if (File.Exists(PathOf(key)))
            {
                File.Delete(PathOf(key));
            }

            return true;
        },
        cancellation);

    public Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellation) => GuardedAsync<IReadOnlyList<string>>(
        () => Directory.Exists(_directory)
            ?
            [
                .. Directory.EnumerateFiles(_directory, "*" + Extension)
                    .Where(path => !Path.GetFileName(path).StartsWith('.'))
                    .Select(path => Read(path).Key)
                    .Where(key => key.StartsWith(prefix, StringComparison.Ordinal))
                    .Order(StringComparer.Ordinal),
            ]
            : [],
        cancellation);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private string PathOf(string key) => Path.Combine(_directory, SafeName.Of(key + Extension));

    private static (string Key, JsonNode? Value) Read(string path)
    {
        var content = StoredJson.Read(CappedFile.ReadText(path, MaxByteCount), path) as JsonObject;
        return JsonValues.Text(content?["key"]) is { } key
            ? (key, content!["value"]?.DeepClone())
            : throw new StorageException($"{path}: is not a stored result: it has no \"key\". Move it out of the directory.");
    }

    // On the pool: files may lie on slow disks, and callers must not wait while they begin.
    private Task<T> GuardedAsync<T>(Func<T> use, CancellationToken cancellation) => Task.Run(
        () =>
        {
            try
            {
                return use();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new StorageException(
                    PathProblem.OfDirectory(_directory) ?? $"{_directory}: {exception.Message} Check its permissions.", exception);
            }
        },
        cancellation);
}
