using System.Text.Json.Nodes;
using Convergence.Optimization.Runs;
using Convergence.Optimization.Storage;

namespace Convergence.Optimization.Tests.Runs;

/// <summary>A history that remembers what it is told.</summary>
/// <param name="winners">Former winners, best first.</param>
internal sealed class MemoryHistory(IReadOnlyList<JsonObject> winners) : ILegacyStore
{
    public const int FormerGenerations = 7;

    public List<ConfigurationOutcome> Recorded { get; } = [];

    /// <summary>All configurations of the API, oldest first.</summary>
    public IReadOnlyList<ScoredParameters> Former { get; init; } = [];

    /// <summary>What recording fails with.</summary>
    public ConvergenceException? Failure { get; init; }

    public Task OpenSessionAsync(LegacySession session, CancellationToken cancellation) => Task.CompletedTask;

    public Task<int> LastGenerationAsync(string sessionId, CancellationToken cancellation) => Task.FromResult(FormerGenerations);

    public Task<IReadOnlyList<ScoredParameters>> WarmStartAsync(string sessionId, int count, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<ScoredParameters>>([.. winners.Take(count).Select(found => new ScoredParameters(found, .5))]);

    public Task<IReadOnlyList<ScoredParameters>> HistoryAsync(string apiName, CancellationToken cancellation) =>
        Task.FromResult(Former);

    public Task RecordAsync(LegacySession session, string runId, ConfigurationOutcome outcome, CancellationToken cancellation)
    {
        Recorded.Add(outcome);
        return Failure is null ? Task.CompletedTask : Task.FromException(Failure);
    }

    public Task ExportAsync(
        LegacySession session, string directory, IReadOnlyCollection<string> formats, CancellationToken cancellation) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
