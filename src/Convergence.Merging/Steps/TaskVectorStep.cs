using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>out = b + sum_i weights[i] (w_i - b).</summary>
internal sealed class TaskVectorStep(double[] weights) : MergeStep
{
    public override void Run(MergeKernels kernels, MergeRun run) =>
        kernels.AddTaskVectors(run.Base, run.Inputs, weights, run.Output);

    public override double Bound(double origin, ReadOnlySpan<double> inputs) => SumBound(weights, origin, inputs);
}
