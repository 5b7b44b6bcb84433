using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>out = b + clamp(slope (w - b), -limit, limit).</summary>
internal sealed class ClampedDeltaStep(double limit, double slope) : MergeStep
{
    public override void Run(MergeKernels kernels, MergeRun run) =>
        kernels.AddClamped(run.Base, run.Inputs[0], limit, slope, run.Output);
}
