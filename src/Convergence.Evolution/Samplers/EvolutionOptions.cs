using System.Globalization;

namespace Convergence.Evolution.Samplers;

/// <summary>The settings of <see cref="EvolutionSampler"/>.</summary>
public sealed record EvolutionOptions
{
    /// <summary>The best trials that breed, and the random ones to begin with, in [2, 10 000]. Default 20.</summary>
    public int PopulationSize { get; init; } = 20;

    /// <summary>
    /// How many of the best breed however old they are, in [0, PopulationSize]; the others that breed are the newest, as where each
    /// generation replaces the last. <see langword="null"/> (default): all of them.
    /// </summary>
    public int? EliteSize { get; init; }

    /// <summary>Contestants of a tournament, in [1, PopulationSize]. Default 5.</summary>
    public int TournamentSize { get; init; } = 5;

    /// <summary>Probability that a child has two parents, in [0, 1]. Default 0.7.</summary>
    public double CrossoverRate { get; init; } = 0.7;

    /// <summary>Probability that a parameter mutates, beside one that always does, in [0, 1]. Default 0.2.</summary>
    public double MutationRate { get; init; } = 0.2;

    /// <summary>Standard deviation of a mutation as a share of the parameter's scale, in (0, 1]. Default 0.1.</summary>
    public double MutationStrength { get; init; } = 0.1;

    /// <summary>Every setting that is out of its range, in words; empty when all is well.</summary>
    public IReadOnlyList<string> Problems()
    {
        (bool Holds, string Name, IFormattable Value, string Range)[] checks =
        [
            (PopulationSize is >= 2 and <= 10_000, nameof(PopulationSize), PopulationSize, "[2, 10000]"),
            (EliteSize is not (< 0) && !(EliteSize > PopulationSize), nameof(EliteSize), EliteSize ?? 0, $"[0, {PopulationSize}]"),
            (TournamentSize >= 1 && TournamentSize <= PopulationSize, nameof(TournamentSize), TournamentSize, $"[1, {PopulationSize}]"),
            (CrossoverRate is >= 0 and <= 1, nameof(CrossoverRate), CrossoverRate, "[0, 1]"),
            (MutationRate is >= 0 and <= 1, nameof(MutationRate), MutationRate, "[0, 1]"),
            (MutationStrength is > 0 and <= 1, nameof(MutationStrength), MutationStrength, "(0, 1]"),
        ];
        return
        [
            .. checks.Where(check => !check.Holds)
                .Select(
                    check => string.Create(CultureInfo.InvariantCulture, $"{check.Name} is {check.Value}; it must lie in {check.Range}.")),
        ];
    }
}
