using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>Drops elements of task vectors by their masks, rescales the rest and joins them.</summary>
internal sealed class DareStep(double[] weights, double[] densities, DareOptions options) : MergeStep
{
    public override void Run(MergeKernels kernels, MergeRun run) =>
        kernels.Dare(run.Base, run.Inputs, weights, densities, options with { FirstIndex = run.FirstIndex }, run.Output);

    public override double Bound(double origin, ReadOnlySpan<double> inputs) =>
        MeanBound(weights, input => options.Rescale ? 1 / densities[input] : 1, options.Normalize, options.Lambda, origin, inputs);
}
