using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>out = sum_i weights[i] w_i.</summary>
internal sealed class CombineStep(double[] weights) : MergeStep
{
    public override void Run(MergeKernels kernels, MergeRun run) => kernels.Combine(run.Inputs, weights, run.Output);

    public override double Bound(double origin, ReadOnlySpan<double> inputs) => SumBound(weights, origin, inputs);
}
