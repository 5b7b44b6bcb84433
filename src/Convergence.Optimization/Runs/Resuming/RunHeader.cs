using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.Optimization.Storage;

namespace Convergence.Optimization.Runs.Resuming;

/// <summary>What a run must know again when it is taken up: everything that its configuration and its answers do not say.</summary>
internal sealed record RunHeader
{
    public required string RunId { get; init; }

    public required DateTimeOffset Started { get; init; }

    /// <summary>How many calls may be decided on before the first of them is told: what is decided next hangs on it.</summary>
    public required int Window { get; init; }

    /// <summary>What the configuration says, by section, as hashes.</summary>
    public required ImmutableSortedDictionary<string, string> Sections { get; init; }

    /// <summary>Generations of former runs of the same session.</summary>
    public int FormerGenerations { get; init; }

    /// <summary>Winners of former runs, best first.</summary>
    public ImmutableArray<JsonObject> WarmStart { get; init; } = [];

    /// <summary>Former searches of the API, oldest first, each in the order of its trials: what the search learned from.</summary>
    public ImmutableArray<ImmutableArray<ScoredParameters>> FormerSearches { get; init; } = [];

    /// <summary>Whether the run ended because calls failed for a reason that may be gone when it is taken up.</summary>
    public bool IsOutage { get; init; }
}
