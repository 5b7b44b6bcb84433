using System.Text.Json.Nodes;
using Convergence.Optimization.Storage;

namespace Convergence.Optimization.Tests.Storage;

/// <summary>A store whose disk or server is away.</summary>
internal sealed class BrokenResultStore : IResultStore
{
    public Task SaveAsync(string key, JsonNode value, CancellationToken cancellation) =>
        throw new StorageException("broken store: is away.");

    public Task<JsonNode?> LoadAsync(string key, CancellationToken cancellation) => throw new StorageException("broken store: is away.");

    public Task DeleteAsync(string key, CancellationToken cancellation) => throw new StorageException("broken store: is away.");

    public Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellation) =>
        throw new StorageException("broken store: is away.");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
