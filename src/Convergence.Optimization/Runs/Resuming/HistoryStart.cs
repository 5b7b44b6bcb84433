using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.Optimization.Storage;

namespace Convergence.Optimization.Runs.Resuming;

/// <summary>What the history across runs gives a new run.</summary>
internal sealed record HistoryStart
{
    private const int SearchLimit = 8;
    private const int TrialLimit = 300;

    /// <summary>The number of the session's last generation.</summary>
    public int Generations { get; init; }

    /// <summary>Winners of the session, best first.</summary>
    public ImmutableArray<JsonObject> WarmStart { get; init; } = [];

    /// <summary>The last searches of the API, of all its sessions, oldest first: what the search learns from.</summary>
    public ImmutableArray<ImmutableArray<ScoredParameters>> FormerSearches { get; init; } = [];

    /// <summary>A history by its searches. What has no run, as with the original, makes one search for each session.</summary>
    public static ImmutableArray<ImmutableArray<ScoredParameters>> SearchesOf(IEnumerable<ScoredParameters> history) =>
    [
        .. history.GroupBy(former => (former.SessionId, former.RunId))
            .Select(search => search.Take(TrialLimit).ToImmutableArray())
            .TakeLast(SearchLimit),
    ];
}
