using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>out = b + sum_i weights[i] (w_i - b).</summary>
internal sealed class TaskVectorStep(double[] weights) : CombinationStep(weights)
{
    public override void Run(MergeKernels kernels, MergeRun run) =>
        kernels.AddTaskVectors(run.Base, run.Inputs, Weights, run.Output);
}
