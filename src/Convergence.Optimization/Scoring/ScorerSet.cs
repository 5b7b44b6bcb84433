using System.Collections.Immutable;

namespace Convergence.Optimization.Scoring;

/// <summary>The scorers of a configuration's metrics. Disposing of it ends programs that were started for them.</summary>
public sealed class ScorerSet : IAsyncDisposable
{
    private readonly ImmutableArray<IAsyncDisposable> _owned;

    internal ScorerSet(ImmutableArray<MetricScorer> metrics, ImmutableArray<IAsyncDisposable> owned)
    {
        Metrics = metrics;
        _owned = owned;
    }

    /// <summary>One by metric, in the configuration's order.</summary>
    public ImmutableArray<MetricScorer> Metrics { get; }

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in _owned)
        {
            await owned.DisposeAsync().ConfigureAwait(false);
        }
    }
}
