using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>The numbers of a sparse merge as kernels use them.</summary>
internal readonly struct SparseFactors
{
    public SparseFactors(ReadOnlySpan<double> weights, ReadOnlySpan<double> scales, SparseMergeOptions options)
    {
        Weights = weights.ToArray();
        Votes = new double[weights.Length];
        Sums = new double[weights.Length];
        double weightSum = 0;
        foreach (var weight in weights)
        {
            weightSum += weight;
        }

        var divisor = options.Normalize && weightSum != 0 ? weightSum : 1;
        for (var input = 0; input < weights.Length; input++)
        {
            Votes[input] = weights[input] * scales[input];
            Sums[input] = options.Lambda * Votes[input] / divisor;
        }
    }

    /// <summary>weights[i]: what the winners of an election are normalised by.</summary>
    public double[] Weights { get; }

    /// <summary>weights[i] * scales[i]: what an element of task vector i votes with.</summary>
    public double[] Votes { get; }

    /// <summary>What an element of task vector i adds without an election; lambda and normalisation included.</summary>
    public double[] Sums { get; }
}
