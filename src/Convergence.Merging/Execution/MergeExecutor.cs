using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>Runs merge plans on a device. Holds no state between runs; used by one caller at a time.</summary>
/// <param name="device">Where the arithmetic happens and the output lives.</param>
/// <param name="time">Measures the run; the system's clock by default.</param>
public sealed class MergeExecutor(ComputeDevice device, TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>
    /// Makes every tensor of the plan. Tensors of the same name, shape and type that <paramref name="output"/> already holds are
    /// overwritten in place, so that merging one candidate after another allocates nothing.
    /// </summary>
    /// <param name="plan">What to do. Its parents must not be disposed yet.</param>
    /// <param name="output">Receives the tensors; it owns them. What it holds besides the plan's tensors stays.</param>
    /// <param name="cancellation">Looked at between tensors; what was made so far stays in <paramref name="output"/>.</param>
    /// <exception cref="MergeException">A parent has NaN or infinite weights, or the output does not fit in float16.</exception>
    public MergeReport Execute(MergePlan plan, TensorSet output, CancellationToken cancellation = default)
    {
        var start = _time.GetTimestamp();
        plan.Parents.EnsureFinite(device, plan.Models);
        using var context = new TensorMergeContext(device.Merging);
        LoadedTensor Load(TensorInput input) => plan.Parents.Load(input, device);
        context.Trim = ModelWideTrim.OfModel(plan.Tasks, context, Load, cancellation);
        foreach (var task in plan.Tasks)
        {
            cancellation.ThrowIfCancellationRequested();
            context.Fill(task, Load);
            using var step = task.Operation.Prepare(context);
            var made = OutputFor(task, output);
            step.Run(device.Merging, new MergeRun(context.BaseOrNull, context.Inputs, made));
            RefuseOverflow(task, made);
        }

        return new MergeReport
        {
            TensorCount = plan.Tasks.Length,
            BytesRead = plan.InputBytes,
            BytesWritten = plan.OutputBytes,
            Elapsed = _time.GetElapsedTime(start),
            SlerpTensors = context.SlerpTensors,
            LerpFallbacks = context.LerpFallbacks,
        };
    }

    private DeviceTensor OutputFor(MergeTask task, TensorSet output)
    {
        if (output.TryGet(task.Name, out var existing) && existing.DType == task.DType && existing.Shape == task.Shape)
        {
            return existing;
        }

        output.Remove(task.Name);
        var fresh = device.Allocate(task.DType, task.Shape);
        output.Add(task.Name, fresh);
        return fresh;
    }

    private void RefuseOverflow(MergeTask task, DeviceTensor output)
    {
        if (HalfOverflow.IsPossible(task))
        {
            HalfOverflow.Refuse(task, device.Merging.CountNonFinite(output));
        }
    }
}
