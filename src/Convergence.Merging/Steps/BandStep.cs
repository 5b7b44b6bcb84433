using System.Collections.Immutable;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>Joins task vectors of which each is cut by magnitude.</summary>
internal sealed class BandStep(double[] weights, double[] scales, MagnitudeBand[] bands, SparseMergeOptions options) : MergeStep
{
    /// <summary>Finds the scales that a rescaling asks for.</summary>
    public static BandStep Prepare(
        TensorMergeContext context, ImmutableArray<double> weights, MagnitudeBand[] bands, Rescaling rescale, SparseMergeOptions options)
    {
        var scales = new double[bands.Length];
        Array.Fill(scales, 1);
        if (rescale == Rescaling.L1)
        {
            var sums = new MagnitudeSums[bands.Length];
            context.Kernels.SumMagnitudes(context.Base, context.Inputs, bands, sums);
            scales = Array.ConvertAll(sums, sum => sum.Ratio);
        }

        return new BandStep([.. weights], scales, bands, options);
    }

    public override void Run(MergeKernels kernels, MergeRun run) =>
        kernels.MergeBands(run.Base, run.Inputs, weights, scales, bands, options with { FirstIndex = run.FirstIndex }, run.Output);
}
