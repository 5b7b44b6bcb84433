using System.Text.Json.Nodes;

namespace Convergence.Optimization.Storage;

/// <summary>A configuration of former days.</summary>
/// <param name="Parameters">The configuration.</param>
/// <param name="Score">Its mean score over cases, in [0, 1].</param>
public sealed record ScoredParameters(JsonObject Parameters, double Score)
{
    /// <value>The session that it belongs to: scores of different sessions do not compare.</value>
    public string SessionId { get; init; } = "";

    /// <value>The run that evaluated it; <see langword="null"/> where that was not written down, as by the original.</value>
    public string? RunId { get; init; }

    /// <value>Who proposed it; <see langword="null"/> where that was not written down, as by the original.</value>
    public string? Origin { get; init; }
}
