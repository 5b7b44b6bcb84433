using System.Buffers;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>out[r] = b[r] + sum_i g_ir (w_i - b)[r] with one factor per model and feature.</summary>
/// <param name="buffer">Starts with g_ir, one model after another. Rented from the shared pool; goes back there when this is disposed.</param>
/// <param name="count">Models times features.</param>
internal sealed class FeatureStep(double[] buffer, int count) : MergeStep
{
    public override StepExtent Extent => StepExtent.Tensor;

    public override void Run(MergeKernels kernels, MergeRun run) =>
        kernels.AddFeatures(run.Base, run.Inputs, buffer.AsSpan(0, count), run.Output);

    protected override void Dispose(bool disposing)
    {
        ArrayPool<double>.Shared.Return(buffer);
        base.Dispose(disposing);
    }
}
