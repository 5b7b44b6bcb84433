using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>out = w, in the output's type.</summary>
internal sealed class CopyStep : MergeStep
{
    private CopyStep()
    {
    }

    public static CopyStep Instance { get; } = new();

    public override void Run(MergeKernels kernels, MergeRun run) => kernels.Copy(run.Inputs[0], run.Output);

    public override double Bound(double origin, ReadOnlySpan<double> inputs) => inputs[0];
}
