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

    /// <summary>How much selection prefers the unusual over the fit, in [0, 1]. Default 0.3.</summary>
    public double DiversityWeight { get; init; } = 0.3;

    /// <summary>The mean pairwise distance below which immigrants come, in [0, 1]. Default 0.2.</summary>
    public double MinDiversity { get; init; } = 0.2;

    /// <summary>Whether the mutation strength adapts to its success. Default on.</summary>
    public bool AdaptiveMutation { get; init; } = true;

    /// <summary>Whether a Thompson bandit chooses the kinds of newcomers and kind changes. Default on.</summary>
    public bool KindBandit { get; init; } = true;
}
