using System.Text.Json.Nodes;

namespace Convergence.Optimization.Storage;

/// <summary>A configuration of former days.</summary>
/// <param name="Parameters">The configuration.</param>
/// <param name="Score">Its mean score over cases, in [0, 1].</param>
public sealed record ScoredParameters(JsonObject Parameters, double Score);
