using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>Elects signs where models differ most and merges what agrees by shares of energy.</summary>
internal sealed class SpreadStep(double[] shares, MagnitudeCut cut) : MergeStep
{
    public override void Run(MergeKernels kernels, MergeRun run) =>
        kernels.MergeSpread(run.Base, run.Inputs, shares, cut, run.FirstIndex, run.Output);
}
