using Convergence.Evolution.Randomness;
using MathNet.Numerics.Distributions;

namespace Convergence.EvoMerge.Genomes;

/// <summary>The mutation of numeric genes: Gaussian steps, reflected at the bounds; flags flip, mask seeds are drawn anew.</summary>
internal static class GeneMutation
{
    // A smaller step would be lost in the rounding of recipes.
    private const double SmallestStep = 10 * GeneLayout.Quantum;

    public static MergeGenome Mutate(MergeGenome genome, GeneLayout layout, double rate, double strength, SearchRandom random)
    {
        var expressed = layout.Expressed(genome.Technique);
        var forced = expressed[random.Next(expressed.Length)];
        var genes = genome.Genes.ToArray();
        foreach (var gene in expressed)
        {
            if (random.NextBoolean(rate) || gene == forced)
            {
                genes[gene] = Move(genes[gene], gene, layout, strength, random);
            }
        }

        return new MergeGenome(genome.Technique, [.. genes], genome.Layers);
    }

    private static double Move(double value, int gene, GeneLayout layout, double strength, SearchRandom random)
    {
        if (layout.IsFlag(gene))
        {
            return value >= 0.5 ? 0 : 1;
        }

        if (gene == layout.MaskSeed)
        {
            return random.NextDouble();
        }

        var step = Normal.Sample(random, 0, strength);
        return Reflect(value + (Math.Abs(step) >= SmallestStep ? step : Math.CopySign(SmallestStep, step)));
    }

    private static double Reflect(double value)
    {
        var folded = Math.Abs(value % 2);
        return folded > 1 ? 2 - folded : folded;
    }
}
