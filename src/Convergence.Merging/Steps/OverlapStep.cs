using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>Averages what several models change and takes over what one changes alone.</summary>
internal sealed class OverlapStep(double[] aloneFactors, double epsilon) : MergeStep
{
    public override void Run(MergeKernels kernels, MergeRun run) =>
        kernels.MergeOverlaps(run.Base, run.Inputs, aloneFactors, epsilon, run.Output);
}
