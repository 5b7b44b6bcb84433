namespace Convergence.Optimization.Configuration;

/// <summary>The original's evolution (key <c>optimization.evolution</c>).</summary>
public sealed record EvolutionConfig
{
    public int PopulationSize { get; init; } = 20;

    public int Generations { get; init; } = 10;

    public double MutationRate { get; init; } = .2;

    public double CrossoverRate { get; init; } = .7;

    /// <value>
    /// How many of the best breed however old they are; the others that breed are the newest. <see langword="null"/> (default): all of the
    /// population.
    /// </value>
    public int? EliteSize { get; init; }
}
