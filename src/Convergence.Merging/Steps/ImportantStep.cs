using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>out = w where |w - b| factors[row] is at least the threshold, b elsewhere.</summary>
/// <param name="factors">One per row.</param>
/// <param name="threshold">The importance from which the model's element is taken.</param>
/// <param name="rowSize">Elements of a row.</param>
internal sealed class ImportantStep(double[] factors, double threshold, long rowSize) : MergeStep
{
    public override void Run(MergeKernels kernels, MergeRun run)
    {
        var rows = factors.Length == 1
            ? factors.AsSpan()
            : factors.AsSpan(checked((int)(run.FirstIndex / rowSize)), checked((int)(run.Output.ElementCount / rowSize)));
        kernels.TakeImportant(run.Base, run.Inputs[0], rows, threshold, run.Output);
    }
}
