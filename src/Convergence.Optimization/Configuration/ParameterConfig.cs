using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Convergence.Optimization.Configuration;

/// <summary>One parameter as the file gives it.</summary>
public sealed record ParameterConfig
{
    public required string Name { get; init; }

    /// <value>The type as the original's fingerprint writes it: <c>categorical</c>, <c>continuous</c> or <c>discrete</c>.</value>
    public required ParameterKind Kind { get; init; }

    /// <value>The choices, any JSON, <see langword="null"/> among them; default where a range is given.</value>
    public ImmutableArray<JsonNode?> Values { get; init; }

    public double? Min { get; init; }

    public double? Max { get; init; }

    public double? Step { get; init; }

    /// <value>Whether ratios count instead of differences. Default: no.</value>
    public bool IsLogarithmic { get; init; }

    /// <value>Counts only while another parameter has one of these values. Default: always.</value>
    public ParameterCondition? Condition { get; init; }

    public string? Description { get; init; }
}
