using System.Collections.Immutable;
using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>Joins task vectors whose elements are sampled, by rank or all alike.</summary>
internal sealed class SampledStep(
    double[] weights, double[] scales, RankedDensity[] densities, RankedSampling sampling,
    SparseMergeOptions options, SampledElements? drawn) : MergeStep
{
    /// <summary>A row: elements are ranked within it.</summary>
    public static long RunUnit(TensorShape shape) => Math.Max(1, shape.LastExtent);

    /// <summary>Bytes in which a tensor's masks are remembered: see <see cref="TensorMerge.WorkingByteCount"/>.</summary>
    public static long MaskByteCount(MergeTask task, long rowLength, Rescaling rescale) => rescale == Rescaling.L1
        ? SampledElements.ByteCountOf(task.Shape.ElementCount, Math.Max(1, rowLength), task.Inputs.Length)
        : 0;

    /// <summary>Finds the scales that a rescaling asks for.</summary>
    public static SampledStep Prepare(
        TensorMergeContext context,
        ImmutableArray<double> weights,
        RankedDensity[] densities,
        Rescaling rescale,
        ulong key,
        SparseMergeOptions options)
    {
        var shape = context.UnseenBase!.Shape;
        var rowLength = shape.Rank == 0 ? 1 : shape[shape.Rank - 1];
        var sampling = new RankedSampling(key, rowLength, DividesByProbability: rescale == Rescaling.Density);
        SampledElements? drawn = null;
        var scales = new double[densities.Length];
        Array.Fill(scales, 1);
        if (rescale == Rescaling.L1)
        {
            var sums = new MagnitudeSums[densities.Length];
            drawn = context.Kernels.SumSampled(context.Base, context.Inputs, densities, sampling, sums);
            scales = Array.ConvertAll(sums, sum => sum.Ratio);
        }

        return new SampledStep([.. weights], scales, densities, sampling, options, drawn);
    }

    public override void Run(MergeKernels kernels, MergeRun run) => kernels.MergeSampled(
        run.Base, run.Inputs, weights, scales, densities, sampling, options with { FirstIndex = run.FirstIndex }, run.Output, drawn);

    protected override void Dispose(bool disposing)
    {
        drawn?.Dispose();
        base.Dispose(disposing);
    }
}
