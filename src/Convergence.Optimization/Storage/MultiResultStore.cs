using System.Text.Json.Nodes;
using Convergence.Optimization.Storage.Results;

namespace Convergence.Optimization.Storage;

/// <summary>
/// Several stores as one: all are written, and they are read in order until one has the value. A store that fails is told and does not
/// keep the others from their work; only when all fail is it an error.
/// </summary>
public sealed class MultiResultStore : IResultStore
{
    private readonly IReadOnlyList<IResultStore> _stores;
    private readonly ResultCache? _cache;
    private readonly Action<string> _tell;

    /// <param name="stores">The stores, in the order of reading; they are disposed of with this one.</param>
    /// <param name="time">The clock.</param>
    /// <param name="isCached">
    /// Whether values are kept in memory for five minutes, at most 10 000 of them: what other processes write is seen that much later.
    /// </param>
    /// <param name="tell">Hears of stores that fail.</param>
    public MultiResultStore(IReadOnlyList<IResultStore> stores, TimeProvider time, bool isCached, Action<string> tell)
    {
        ArgumentNullException.ThrowIfNull(stores);
        ArgumentOutOfRangeException.ThrowIfZero(stores.Count);
        _stores = stores;
        _cache = isCached ? new ResultCache(time) : null;
        _tell = tell;
    }

    public async Task SaveAsync(string key, JsonNode value, CancellationToken cancellation)
    {
        _cache?.Remove(key);
        await EachAsync(store => store.SaveAsync(key, value, cancellation), "was not saved").ConfigureAwait(false);
        _cache?.Keep(key, value);
    }

    public async Task<JsonNode?> LoadAsync(string key, CancellationToken cancellation)
    {
        if (_cache?.Find(key) is { } kept)
        {
            return kept;
        }

        JsonNode? found = null;
        await UntilAsync(
            async store => (found = await store.LoadAsync(key, cancellation).ConfigureAwait(false)) is not null,
            "was not read").ConfigureAwait(false);
        if (found is not null)
        {
            _cache?.Keep(key, found);
        }

        return found;
    }

    public Task DeleteAsync(string key, CancellationToken cancellation)
    {
        _cache?.Remove(key);
        return EachAsync(store => store.DeleteAsync(key, cancellation), "was not deleted");
    }

    public async Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellation)
    {
        var keys = new SortedSet<string>(StringComparer.Ordinal);
        await EachAsync(
            async store => keys.UnionWith(await store.ListAsync(prefix, cancellation).ConfigureAwait(false)), "was not listed")
            .ConfigureAwait(false);
        return [.. keys];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores)
        {
            await store.DisposeAsync().ConfigureAwait(false);
        }
    }

    private Task EachAsync(Func<IResultStore, Task> use, string failed) => UntilAsync(
        async store =>
        {
            await use(store).ConfigureAwait(false);
            return false;
        },
        failed);

    // Stops at the first store that has done it all.
    private async Task UntilAsync(Func<IResultStore, Task<bool>> use, string failed)
    {
        var failures = new List<ConvergenceException>();
        foreach (var store in _stores)
        {
            try
            {
                if (await use(store).ConfigureAwait(false))
                {
                    return;
                }
            }
            catch (ConvergenceException exception)
            {
                failures.Add(exception);
                _tell($"A stored result {failed}: {exception.Message}");
            }
        }

        if (failures.Count == _stores.Count)
        {
            throw new StorageException(
                "No store could be used: " + string.Join(" ", failures.Select(failure => failure.Message)), failures[0]);
        }
    }
}
