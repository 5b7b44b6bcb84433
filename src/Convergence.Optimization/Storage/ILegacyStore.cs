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

    /// <summary>
    /// Every scored configuration of an API, of all its sessions, oldest first: what operators' rates are learned from. One that was
    /// evaluated several times is there several times.
    /// </summary>
    Task<IReadOnlyList<ScoredParameters>> HistoryAsync(string apiName, CancellationToken cancellation);

    /// <summary>
    /// Writes a configuration's outcome: its run, the results of its cases, and the winners it makes. All or nothing. The same outcome of
    /// the same run again takes the place of what was written before, as when a run is taken up again.
    /// </summary>
    /// <param name="session">A session that was opened.</param>
    /// <param name="runId">The run's id, which a resumed run keeps.</param>
    /// <param name="outcome">The outcome.</param>
    /// <param name="cancellation">Ends it.</param>
    Task RecordAsync(LegacySession session, string runId, ConfigurationOutcome outcome, CancellationToken cancellation);

    /// <summary>Writes <c>winners_{api}.csv</c> (format <c>winners_only</c>) and <c>audit_{session}.csv</c> (<c>full_audit</c>).</summary>
    Task ExportAsync(LegacySession session, string directory, IReadOnlyCollection<string> formats, CancellationToken cancellation);
}
