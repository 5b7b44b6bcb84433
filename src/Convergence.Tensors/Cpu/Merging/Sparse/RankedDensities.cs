using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>Facts about the densities of sampled task vectors.</summary>
internal static class RankedDensities
{
    /// <summary>Whether every input has one density for all ranks; rows then do not matter.</summary>
    public static bool AreAlike(ReadOnlySpan<RankedDensity> densities)
    {
        foreach (var density in densities)
        {
            if (density.Lowest != density.Highest)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Below what numbers elements are dropped where densities are alike: see <see cref="DareMask.BoundOf"/>.</summary>
    public static ulong[] Bounds(ReadOnlySpan<RankedDensity> densities) =>
        Array.ConvertAll(densities.ToArray(), density => DareMask.BoundOf(density.Lowest));

    /// <summary>The scales of task vectors, over their densities where these are alike and elements are divided by them.</summary>
    public static double[] Scales(ReadOnlySpan<double> scales, ReadOnlySpan<RankedDensity> densities, RankedSampling sampling)
    {
        var own = scales.ToArray();
        for (var input = 0; sampling.DividesByProbability && AreAlike(densities) && input < own.Length; input++)
        {
            own[input] /= densities[input].Lowest;
        }

        return own;
    }

    /// <summary>The probability of rank 0; the mean in a row of one element.</summary>
    public static double Lowest(RankedDensity density, long rowLength) =>
        rowLength == 1 ? (density.Lowest + density.Highest) / 2 : density.Lowest;

    /// <summary>By what the probability grows from rank to rank.</summary>
    public static double Step(RankedDensity density, long rowLength) =>
        rowLength == 1 ? 0 : (density.Highest - density.Lowest) / (rowLength - 1);
}
