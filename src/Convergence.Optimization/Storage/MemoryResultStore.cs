using System.Text.Json.Nodes;

namespace Convergence.Optimization.Storage;

/// <summary>Results in memory: gone with the process.</summary>
public sealed class MemoryResultStore : IResultStore
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, JsonNode> _values = new(StringComparer.Ordinal);

    public Task SaveAsync(string key, JsonNode value, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(value);
        lock (_lock)
        {
            _values[key] = value.DeepClone();
        }

        return Task.CompletedTask;
    }

    public Task<JsonNode?> LoadAsync(string key, CancellationToken cancellation)
    {
        lock (_lock)
        {
            return Task.FromResult(_values.GetValueOrDefault(key)?.DeepClone());
        }
    }

    public Task DeleteAsync(string key, CancellationToken cancellation)
    {
        lock (_lock)
        {
            _values.Remove(key);
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellation)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<string>>([.. _values.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal))]);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
