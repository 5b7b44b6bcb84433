using System.Collections.Immutable;
using Convergence.EvoMerge.Configuration;

namespace Convergence.EvoMerge.Genomes;

/// <summary>
/// Which gene stands where. Weights come first, model by model, each with one gene for every layer group; then the base's weights, a
/// density for every model, and the scalars.
/// </summary>
public sealed class GeneLayout
{
    /// <summary>Genes are multiples of this: fine enough for any merge, coarse enough that recipes stay readable.</summary>
    public const double Quantum = 1e-4;

    /// <summary>How many masks DARE can choose from.</summary>
    public const int MaskSeedCount = 16;

    /// <summary>The largest lambda; 1 adds the merged task vector as it is.</summary>
    public const double LargestLambda = 2;

    private const double SmallestDensity = 0.05;
    private const double SmallestTemperature = 0.05;
    private const double LargestTemperature = 10;

    private readonly ImmutableArray<ImmutableArray<int>> _expressed;

    /// <param name="modelCount">Specialists.</param>
    /// <param name="hasBase">Whether there is a base model.</param>
    /// <param name="groupCount">Layer groups.</param>
    public GeneLayout(int modelCount, bool hasBase, int groupCount)
    {
        (ModelCount, HasBase, GroupCount) = (modelCount, hasBase, groupCount);
        _expressed = [.. Enum.GetValues<MergeTechnique>().Select(Express)];
    }

    public int ModelCount { get; }

    public bool HasBase { get; }

    public int GroupCount { get; }

    /// <summary>Models that layers may come from: the specialists, and the base where there is one.</summary>
    public int DonorCount => ModelCount + (HasBase ? 1 : 0);

    public int Lambda => Density(ModelCount);

    /// <summary>A flag: DARE elects signs like TIES.</summary>
    public int Consensus => Lambda + 1;

    /// <summary>One of <see cref="MaskSeedCount"/>.</summary>
    public int MaskSeed => Lambda + 2;

    public int Temperature => Lambda + 3;

    /// <summary>A flag: one winner per feature instead of a softmax.</summary>
    public int Winner => Lambda + 4;

    public int FeatureDensity => Lambda + 5;

    public int Count => Lambda + 6;

    /// <summary>The weight of a model (index <see cref="ModelCount"/>: the base) in a layer group.</summary>
    public int Weight(int model, int group) => (model * GroupCount) + group;

    /// <summary>The density of a specialist's task vector.</summary>
    public int Density(int model) => ((ModelCount + 1) * GroupCount) + model;

    /// <summary>The genes that a technique reads.</summary>
    public ImmutableArray<int> Expressed(MergeTechnique technique) => _expressed[(int)technique];

    public bool IsFlag(int gene) => gene == Consensus || gene == Winner;

    /// <summary>The nearest multiple of <see cref="Quantum"/> in [0, 1].</summary>
    public static double Quantize(double gene) => Math.Round(Math.Clamp(gene, 0, 1) / Quantum) / 10_000;

    /// <summary>[0, 1] to [0, 2].</summary>
    public static double ToLambda(double gene) => gene * LargestLambda;

    /// <summary>[0, 1] to [0.05, 1].</summary>
    public static double ToDensity(double gene) => SmallestDensity + (gene * (1 - SmallestDensity));

    /// <summary>The gene of a density.</summary>
    public static double FromDensity(double density) => (density - SmallestDensity) / (1 - SmallestDensity);

    /// <summary>[0, 1] to [0.05, 10], evenly in its logarithm.</summary>
    public static double ToTemperature(double gene) =>
        SmallestTemperature * Math.Pow(LargestTemperature / SmallestTemperature, gene);

    /// <summary>The gene of a temperature.</summary>
    public static double FromTemperature(double temperature) =>
        Math.Log(temperature / SmallestTemperature) / Math.Log(LargestTemperature / SmallestTemperature);

    /// <summary>[0, 1] to 0 .. 15.</summary>
    public static int ToMaskSeed(double gene) => Math.Min(MaskSeedCount - 1, (int)(gene * MaskSeedCount));

    private ImmutableArray<int> Express(MergeTechnique technique)
    {
        var weights = Enumerable.Range(0, ModelCount * GroupCount);
        var densities = Enumerable.Range(Density(0), ModelCount);
        return technique switch
        {
            MergeTechnique.Linear => [.. Enumerable.Range(0, DonorCount * GroupCount)],
            MergeTechnique.Slerp => [.. weights],
            MergeTechnique.Ties => [.. weights, .. densities, Lambda],
            MergeTechnique.Dare => [.. weights, .. densities, Lambda, Consensus, MaskSeed],
            MergeTechnique.Dfs => [.. weights, Lambda, Temperature, Winner, FeatureDensity],
            MergeTechnique.FrankenMerge => [],
            _ => throw new ArgumentOutOfRangeException(nameof(technique), technique, "Unknown technique."),
        };
    }
}
