using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>As <see cref="TiesStep"/>, with cuts that the device has selected and nobody has looked at.</summary>
internal sealed class TrimmedStep(double[] weights, SharedCuts cuts, TiesOptions options) : MergeStep
{
    public override void Run(MergeKernels kernels, MergeRun run) => kernels.Ties(
        run.Base, run.Inputs, weights, cuts.All, cuts.Places, options with { FirstIndex = run.FirstIndex }, run.Output);

    public override double Bound(double origin, ReadOnlySpan<double> inputs) =>
        MeanBound(weights, _ => 1, options.Normalize, options.Lambda, origin, inputs);
}
