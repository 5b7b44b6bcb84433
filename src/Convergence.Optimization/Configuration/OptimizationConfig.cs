using System.Collections.Immutable;

namespace Convergence.Optimization.Configuration;

/// <summary>What to optimise and how, as one file or one program says it: valid, complete, immutable.</summary>
public sealed record OptimizationConfig
{
    public required ApiConfig Api { get; init; }

    public required SearchSpaceConfig SearchSpace { get; init; }

    public required EvaluationConfig Evaluation { get; init; }

    public SearchConfig Optimization { get; init; } = new();

    public OutputConfig Output { get; init; } = new();

    /// <value>Agents that are reached over HTTP; <see langword="null"/> (default) where the API is none.</value>
    public AgentConfig? Agent { get; init; }

    public SocietyConfig Society { get; init; } = new();

    public LegacyConfig Legacy { get; init; } = new();

    public StorageConfig Storage { get; init; } = new();

    /// <value>What messages call the configuration: its file, or <c>configuration</c>.</value>
    public string Source { get; init; } = "configuration";

    /// <value>The absolute directory that paths in the configuration are relative to.</value>
    public required string Directory { get; init; }

    /// <value>Keys that do not do what their writer may expect, section by section.</value>
    public ImmutableArray<ConfigFinding> Findings { get; init; } = [];
}
