using System.Collections.Immutable;

namespace Convergence.Evolution.Spaces;

/// <summary>A parameter counts only while another one has one of some values, and counts itself.</summary>
/// <param name="Parent">The other parameter's name.</param>
/// <param name="Values">The values of the other one, at least one.</param>
public sealed record Condition(string Parent, ImmutableArray<object> Values);
