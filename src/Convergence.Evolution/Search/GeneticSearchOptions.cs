using System.Globalization;

namespace Convergence.Evolution.Search;

/// <summary>The settings of <c>GeneticSearch</c>; the defaults are the product's.</summary>
public sealed record GeneticSearchOptions
{
    /// <summary>Members of a generation, in [2, 10 000]. Default 8.</summary>
    public int PopulationSize { get; init; } = 8;

    /// <summary>Members that survive unchanged, in [0, PopulationSize - 1]. Default 2.</summary>
    public int EliteSize { get; init; } = 2;

    /// <summary>Contestants of a tournament, in [1, PopulationSize]. Default 3.</summary>
    public int TournamentSize { get; init; } = 3;

    /// <summary>Probability that a gene of a child mutates, in [0, 1]. Default 0.1.</summary>
    public double MutationRate { get; init; } = 0.1;

    /// <summary>Standard deviation of a mutation as a share of the gene's range, in (0, 1]. Default 0.05.</summary>
    public double MutationStrength { get; init; } = 0.05;

    /// <summary>Probability that a child has two parents, in [0, 1]. Default 0.7.</summary>
    public double CrossoverRate { get; init; } = 0.7;

    /// <summary>
    /// How much members of a crowded niche lose in selection, in [0, 1]: 0 selects by fitness alone, 1 shares it in full. Default 0.3.
    /// </summary>
    public double DiversityWeight { get; init; } = 0.3;

    /// <summary>The mean pairwise distance below which immigrants come, in [0, 1]; 0: never. Default 0.2.</summary>
    public double MinDiversity { get; init; } = 0.2;

    /// <summary>Whether the mutation strength adapts to its success. Default on.</summary>
    public bool AdaptiveMutation { get; init; } = true;

    /// <summary>
    /// Whether a Thompson bandit chooses the kinds of immigrants and of a <see cref="KindExploration"/> share of the children. Default
    /// on. Off: the kind is a gene like another; it mutates at the mutation rate, to any kind alike.
    /// </summary>
    public bool KindBandit { get; init; } = true;

    /// <summary>
    /// The share of the children that are bred in a kind of the bandit's choice instead of a parent's, in [0, 1]. Default 0.5: the
    /// bandit's arms need evidence, and choosing the wrong kind costs more than anything else.
    /// </summary>
    public double KindExploration { get; init; } = 0.5;

    /// <summary>
    /// Whether a model of the fitness, fitted to what was told, improves children and immigrants before they are asked. Default on.
    /// </summary>
    public bool ModelAssistance { get; init; } = true;

    /// <summary>Every setting that is out of its range, in words; empty when all is well.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        Check(PopulationSize is >= 2 and <= 10_000, nameof(PopulationSize), PopulationSize, "[2, 10000]");
        Check(EliteSize >= 0 && EliteSize < PopulationSize, nameof(EliteSize), EliteSize, $"[0, {PopulationSize - 1}]");
        Check(TournamentSize >= 1 && TournamentSize <= PopulationSize, nameof(TournamentSize), TournamentSize, $"[1, {PopulationSize}]");
        Check(MutationRate is >= 0 and <= 1, nameof(MutationRate), MutationRate, "[0, 1]");
        Check(MutationStrength is > 0 and <= 1, nameof(MutationStrength), MutationStrength, "(0, 1]");
        Check(CrossoverRate is >= 0 and <= 1, nameof(CrossoverRate), CrossoverRate, "[0, 1]");
        Check(DiversityWeight is >= 0 and <= 1, nameof(DiversityWeight), DiversityWeight, "[0, 1]");
        Check(MinDiversity is >= 0 and <= 1, nameof(MinDiversity), MinDiversity, "[0, 1]");
        Check(KindExploration is >= 0 and <= 1, nameof(KindExploration), KindExploration, "[0, 1]");
        return problems;

        void Check(bool holds, string name, IFormattable value, string range)
        {
            if (!holds)
            {
                problems.Add($"{name} is {value.ToString(null, CultureInfo.InvariantCulture)}; it must lie in {range}.");
            }
        }
    }
}
