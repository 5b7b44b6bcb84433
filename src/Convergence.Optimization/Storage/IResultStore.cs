using System.Text.Json.Nodes;

namespace Convergence.Optimization.Storage;

/// <summary>Keeps JSON values by key, for other programs and other runs. Safe for use by many tasks.</summary>
public interface IResultStore : IAsyncDisposable
{
    Task SaveAsync(string key, JsonNode value, CancellationToken cancellation);

    /// <returns><see langword="null"/> where there is none.</returns>
    Task<JsonNode?> LoadAsync(string key, CancellationToken cancellation);

    Task DeleteAsync(string key, CancellationToken cancellation);

    /// <summary>The keys that begin with a prefix, in ordinal order.</summary>
    Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellation);
}
