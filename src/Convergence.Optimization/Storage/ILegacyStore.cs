using Convergence.Optimization.Runs;

namespace Convergence.Optimization.Storage;

/// <summary>The history of runs, in the tables of the original.</summary>
public interface ILegacyStore : IAsyncDisposable
{
    /// <summary>Begins a session, or takes one up again.</summary>
    Task OpenSessionAsync(LegacySession session, CancellationToken cancellation);

    /// <summary>The number of the last generation of a session; 0 for a new one.</summary>
    Task<int> LastGenerationAsync(string sessionId, CancellationToken cancellation);

    /// <summary>
    /// Former configurations of a session's space, best mean over the cases first, each once: what a search may start from.
    /// </summary>
    /// <param name="sessionId">The session.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellation">Ends it.</param>
    Task<IReadOnlyList<ScoredParameters>> WarmStartAsync(string sessionId, int count, CancellationToken cancellation);

    /// <summary>Every configuration of an API with its mean score, oldest first: what operators' rates are learned from.</summary>
    Task<IReadOnlyList<ScoredParameters>> HistoryAsync(string apiName, CancellationToken cancellation);

    /// <summary>Writes a configuration's outcome: its run, the results of its cases, and the winners it makes. All or nothing.</summary>
    Task RecordAsync(LegacySession session, ConfigurationOutcome outcome, CancellationToken cancellation);

    /// <summary>Writes <c>winners_{api}.csv</c> and <c>audit_{session}.csv</c> as asked for.</summary>
    Task ExportAsync(LegacySession session, string directory, IReadOnlyCollection<string> formats, CancellationToken cancellation);
}
