using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>Merges tensors run by run into a ring of output windows. Used by one caller at a time.</summary>
internal sealed class TensorStreamer(MergeRecipe recipe, ComputeDevice device, OutputRing ring, TensorMergeContext context, Func<TensorInput, LoadedTensor> load)
{
    // Where a cut is free, it is made at a multiple of this: kernels are fastest on whole granules.
    private const int CutUnit = 64;

    private DeviceTensor[] _inputs = [];

    /// <summary>Merges one tensor.</summary>
    /// <param name="task">The tensor.</param>
    /// <param name="report">Told the output's bytes after every run.</param>
    /// <param name="cancellation">Looked at before every run.</param>
    /// <exception cref="MergeException">A parent has NaN or infinite weights, or the output does not fit in its type.</exception>
    /// <exception cref="ConvergenceException">The output cannot be written.</exception>
    public void Merge(MergeTask task, Action<long> report, CancellationToken cancellation)
    {
        var elementCount = task.Shape.ElementCount;
        if (elementCount == 0)
        {
            return;
        }

        context.Fill(task, load);
        using var step = task.Operation.Prepare(context);
        var unit = task.Operation.RunUnit(task.Shape) is > 1 and var rows ? rows : CutUnit;
        long overflowCount = 0;
        for (long first = 0; first < elementCount;)
        {
            cancellation.ThrowIfCancellationRequested();
            var output = ring.Reserve(task.DType, elementCount - first, unit);
            Run(step, task, first, output);
            overflowCount += ResultOverflow.IsPossible(task) ? device.Merging.CountNonFinite(output) : 0;
            ring.Commit();
            first += output.ElementCount;
            report(output.ByteCount);
        }

        ResultOverflow.Refuse(recipe, task, overflowCount);
    }

    private void Run(MergeStep step, MergeTask task, long first, HostTensor output)
    {
        if (output.ElementCount == task.Shape.ElementCount)
        {
            step.Run(device.Merging, new MergeRun(context.BaseOrNull, context.Inputs, output.Reshape(task.Shape)));
            return;
        }

        var inputs = context.Inputs;
        if (_inputs.Length < inputs.Length)
        {
            _inputs = new DeviceTensor[inputs.Length];
        }

        for (var index = 0; index < inputs.Length; index++)
        {
            _inputs[index] = inputs[index].Slice(first, output.ElementCount);
        }

        var baseRun = context.BaseOrNull?.Slice(first, output.ElementCount);
        step.Run(device.Merging, new MergeRun(baseRun, _inputs.AsSpan(0, inputs.Length), output, first));
    }
}
