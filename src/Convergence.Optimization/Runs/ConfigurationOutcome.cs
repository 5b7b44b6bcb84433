using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Convergence.Optimization.Runs;

/// <summary>One configuration and what came of it.</summary>
public sealed record ConfigurationOutcome
{
    /// <value>0-based, in the order in which configurations were asked for.</value>
    public required int Id { get; init; }

    public required JsonObject Parameters { get; init; }

    /// <value>1-based.</value>
    public required int Generation { get; init; }

    /// <value>Who proposed it: a sampler's name, <c>baseline</c>, <c>warm_start</c>, <c>rlp</c>.</value>
    public required string Origin { get; init; }

    public required DateTimeOffset Timestamp { get; init; }

    /// <value>The mean over the search's cases that were scored, by their weights; <see langword="null"/> where none was.</value>
    public double? Score { get; init; }

    /// <value>Means by metric.</value>
    public ImmutableSortedDictionary<string, double> Metrics { get; init; } = ImmutableSortedDictionary<string, double>.Empty;

    public ImmutableArray<CaseOutcome> Cases { get; init; } = [];

    /// <value>Whether it was given up before all cases were called.</value>
    public bool IsPruned { get; init; }

    /// <value>Whether a limit or failures ended the run before it had met all cases of the search. Default: no.</value>
    public bool IsCut { get; init; }

    /// <value>Why it has no score.</value>
    public string? Error { get; init; }
}
