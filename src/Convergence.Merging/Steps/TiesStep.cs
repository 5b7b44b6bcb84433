using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>Elects signs among trimmed task vectors and merges what agrees.</summary>
internal sealed class TiesStep(double[] weights, MagnitudeCut[] cuts, TiesOptions options) : MergeStep
{
    public override void Run(MergeKernels kernels, MergeRun run) =>
        kernels.Ties(run.Base, run.Inputs, weights, cuts, options with { FirstIndex = run.FirstIndex }, run.Output);

    public override double Bound(double origin, ReadOnlySpan<double> inputs) =>
        MeanBound(weights, _ => 1, options.Normalize, options.Lambda, origin, inputs);
}
