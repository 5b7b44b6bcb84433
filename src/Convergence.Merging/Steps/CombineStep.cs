using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>out = sum_i weights[i] w_i.</summary>
internal sealed class CombineStep(double[] weights) : CombinationStep(weights)
{
    public override void Run(MergeKernels kernels, MergeRun run) => kernels.Combine(run.Inputs, Weights, run.Output);
}
