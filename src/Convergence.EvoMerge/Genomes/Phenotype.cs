using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Convergence.EvoMerge.Configuration;
using Convergence.Foundation.Text;

namespace Convergence.EvoMerge.Genomes;

/// <summary>
/// What a genome means: the numbers of its recipe, brought to one form. Weights that only count by their ratios are shares, a factor
/// that multiplies weights is multiplied in, dormant genes are gone: a DARE that drops nothing has no mask, and with plain addition it is
/// task arithmetic. Equal meanings give equal phenotypes.
/// </summary>
internal sealed class Phenotype
{
    private const int Digits = 4;

    // Below this the weights of a group are no weights; equal ones stand in.
    private const double SmallestSum = 1e-3;

    /// <summary>The name of a DARE that drops nothing and adds the task vectors as they are (Ilharco et al., 2023).</summary>
    public const string TaskArithmetic = "task_arithmetic";

    private Phenotype(
        MergeTechnique technique, double[][] weights, ImmutableArray<double> numbers, ImmutableArray<double> shares, string fingerprint)
    {
        Technique = technique;
        Weights = weights;
        Numbers = numbers;
        Shares = shares;
        Fingerprint = fingerprint;
    }

    public MergeTechnique Technique { get; }

    /// <summary>[model][group], the base last where there is one; empty for frankenmerge.</summary>
    public double[][] Weights { get; }

    /// <summary>Everything that is expressed, in [0, 1]; as many numbers for all genomes of a technique.</summary>
    public ImmutableArray<double> Numbers { get; }

    /// <summary>How much of the result comes from each donor; they sum to 1.</summary>
    public ImmutableArray<double> Shares { get; }

    public string Fingerprint { get; }

    /// <summary>What the recipe is called: the technique, or <see cref="TaskArithmetic"/>.</summary>
    public string Name { get; private init; } = "";

    /// <summary>Whether this is a DARE that keeps every element, so that its mask means nothing.</summary>
    public bool DropsNothing { get; private init; }

    public static Phenotype Of(MergeGenome genome, GeneLayout layout, int maxLayers)
    {
        var weights = WeightsOf(genome, layout);
        ImmutableArray<double> numbers = genome.Technique == MergeTechnique.FrankenMerge
            ? LayerNumbers(genome, layout, maxLayers)
            :
            [
                .. weights.SelectMany(model => model).Select(weight => weight / LargestWeight(genome.Technique)),
                .. Scalars(genome, layout),
            ];
        var dropsNothing = KeepsAll(genome, layout);
        return new Phenotype(genome.Technique, weights, numbers, SharesOf(genome, layout, weights), Describe(genome, numbers))
        {
            DropsNothing = dropsNothing,
            Name = dropsNothing && Flag(genome, layout.Consensus) == 0 ? TaskArithmetic : EnumNames.Of(genome.Technique),
        };
    }

    /// <summary>Half the sum of absolute differences of the shares: 0 for equal ones, 1 for disjoint ones.</summary>
    public double ShareDistance(Phenotype other)
    {
        var sum = 0.0;
        for (var donor = 0; donor < Shares.Length; donor++)
        {
            sum += Math.Abs(Shares[donor] - other.Shares[donor]);
        }

        return Math.Min(1, sum / 2);
    }

    /// <summary>The mean absolute difference of the numbers; for one technique.</summary>
    public double NumberDistance(Phenotype other)
    {
        var sum = 0.0;
        for (var index = 0; index < Numbers.Length; index++)
        {
            sum += Math.Abs(Numbers[index] - other.Numbers[index]);
        }

        return sum / Math.Max(1, Numbers.Length);
    }

    public static double Rounded(double value) => Math.Round(value, Digits);

    private static double LargestWeight(MergeTechnique technique) =>
        technique == MergeTechnique.Dare ? GeneLayout.LargestLambda : 1;

    private static double[][] WeightsOf(MergeGenome genome, GeneLayout layout)
    {
        if (genome.Technique == MergeTechnique.FrankenMerge)
        {
            return [];
        }

        var donors = genome.Technique == MergeTechnique.Linear ? layout.DonorCount : layout.ModelCount;
        var weights = Enumerable.Range(0, donors).Select(_ => new double[layout.GroupCount]).ToArray();
        for (var group = 0; group < layout.GroupCount; group++)
        {
            var sum = Enumerable.Range(0, donors).Sum(donor => genome.Genes[layout.Weight(donor, group)]);
            for (var donor = 0; donor < donors; donor++)
            {
                var gene = genome.Genes[layout.Weight(donor, group)];
                weights[donor][group] = Rounded(
                    genome.Technique == MergeTechnique.Dare ? gene * GeneLayout.ToLambda(genome.Genes[layout.Lambda])
                    : sum >= SmallestSum ? gene / sum
                    : donor < layout.ModelCount ? 1.0 / layout.ModelCount
                    : 0);
            }
        }

        return weights;
    }

    private static IEnumerable<double> Scalars(MergeGenome genome, GeneLayout layout)
    {
        var densities = Enumerable.Range(0, layout.ModelCount).Select(model => genome.Genes[layout.Density(model)]);
        return genome.Technique switch
        {
            MergeTechnique.Ties => [.. densities, genome.Genes[layout.Lambda]],
            MergeTechnique.Dare =>
            [
                .. densities,
                Flag(genome, layout.Consensus),
                KeepsAll(genome, layout) ? 0 : GeneLayout.ToMaskSeed(genome.Genes[layout.MaskSeed]) / (GeneLayout.MaskSeedCount - 1.0),
            ],
            MergeTechnique.Dfs =>
            [
                genome.Genes[layout.Lambda],

                // A winner has no temperature.
                Flag(genome, layout.Winner) == 1 ? 0 : genome.Genes[layout.Temperature],
                Flag(genome, layout.Winner),
                genome.Genes[layout.FeatureDensity],
            ],
            _ => [],
        };
    }

    private static bool KeepsAll(MergeGenome genome, GeneLayout layout) =>
        genome.Technique == MergeTechnique.Dare
        && Enumerable.Range(0, layout.ModelCount).All(model => Rounded(GeneLayout.ToDensity(genome.Genes[layout.Density(model)])) == 1);

    private static double Flag(MergeGenome genome, int gene) => genome.Genes[gene] >= 0.5 ? 1 : 0;

    /// <summary>
    /// For every place in the map one number a donor, 1 for the one that fills it; then the source layer as a share of the depth.
    /// </summary>
    private static ImmutableArray<double> LayerNumbers(MergeGenome genome, GeneLayout layout, int maxLayers)
    {
        var width = layout.DonorCount + 1;
        var numbers = new double[maxLayers * width];
        for (var place = 0; place < genome.Layers.Length; place++)
        {
            numbers[(place * width) + genome.Layers[place].Model] = 1;
            numbers[(place * width) + width - 1] = genome.Layers[place].Layer / (double)Math.Max(1, maxLayers);
        }

        return [.. numbers.Select(number => Math.Min(1, number))];
    }

    private static ImmutableArray<double> SharesOf(MergeGenome genome, GeneLayout layout, double[][] weights)
    {
        var shares = new double[layout.DonorCount];
        if (genome.Technique == MergeTechnique.FrankenMerge)
        {
            foreach (var layer in genome.Layers)
            {
                shares[layer.Model]++;
            }
        }

        for (var donor = 0; donor < weights.Length; donor++)
        {
            shares[donor] = weights[donor].Sum();
        }

        var sum = shares.Sum();
        return [.. shares.Select(share => sum > 0 ? share / sum : 1.0 / shares.Length)];
    }

    private static string Describe(MergeGenome genome, ImmutableArray<double> numbers)
    {
        var text = new StringBuilder(genome.Technique.ToString());
        if (genome.Technique == MergeTechnique.FrankenMerge)
        {
            foreach (var layer in genome.Layers)
            {
                text.Append(CultureInfo.InvariantCulture, $" {layer.Model}:{layer.Layer}");
            }

            return text.ToString();
        }

        foreach (var number in numbers)
        {
            text.Append(' ').Append(Rounded(number).ToString("0.####", CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }
}
