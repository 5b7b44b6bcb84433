using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Convergence.Optimization.Configuration;

/// <summary>When a parameter counts.</summary>
/// <param name="Parent">The other parameter.</param>
/// <param name="Values">Its values, at least one.</param>
public sealed record ParameterCondition(string Parent, ImmutableArray<JsonNode?> Values);
