using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// Merges tensors run by run into a ring of output windows. A crew shares a run out in blocks of which inputs and output fit into
/// a processor's own cache: there a block is read, checked, merged and checked again. Used by one caller at a time.
/// </summary>
internal sealed class TensorStreamer(
    MergeRecipe recipe, ComputeDevice device, MergeCrew crew, OutputRing ring, TensorMergeContext context, ParentReader reader)
    : ITensorStreamer
{
    // Where a cut is free, it is made at a multiple of this: kernels are fastest on whole granules.
    private const int CutUnit = 64;

    /// <summary>Elements of a block, at most.</summary>
    public const int BlockSize = 64 * 1024;

    // Smaller blocks would not be worth handing out.
    private const int SmallestBlockSize = 16 * 1024;
    private const int BlocksPerThread = 4;

    private readonly InputSlots _inputs = new();
    private long _overflowCount;
    private long _damagedCount;

    /// <summary>Bytes that one thread holds of a tensor's mapped inputs, at most.</summary>
    public static long ReadByteCount(MergePlan plan, MergeTask task)
    {
        var size = Math.Min(task.Shape.ElementCount, Math.Max(BlockSize, task.Operation.RunUnit(task.Shape)));
        var inputs = task.Base is { } baseInput ? task.Inputs.Add(baseInput) : task.Inputs;
        return inputs.Sum(input => plan.Parents.Get(input.Model).Find(input.Tensor) is HostTensor { IsMapped: true } tensor
            ? size * tensor.DType.ByteCount()
            : 0);
    }

    /// <inheritdoc/>
    public void Merge(MergeTask task, Action<long> report, CancellationToken cancellation)
    {
        var elementCount = task.Shape.ElementCount;
        if (elementCount == 0)
        {
            return;
        }

        context.Fill(task, reader.Load, () => reader.Check(task, context), () => reader.MarkChecked(task));
        using var step = task.Operation.Prepare(context);
        var unit = task.Operation.RunUnit(task.Shape) is > 1 and var rows ? rows : CutUnit;
        (_overflowCount, _damagedCount) = (0, 0);
        for (long first = 0; first < elementCount;)
        {
            cancellation.ThrowIfCancellationRequested();
            var output = ring.Reserve(task.DType, elementCount - first, unit);
            Run(step, task, first, output, unit);
            RefuseDamage(task);
            ring.Commit();
            first += output.ElementCount;
            report(output.ByteCount);
        }

        reader.MarkChecked(task);
        ResultOverflow.Refuse(recipe, task, _overflowCount);
    }

    /// <summary>Does nothing: what is merged is in the ring.</summary>
    public void Finish()
    {
    }

    private void Run(MergeStep step, MergeTask task, long first, HostTensor output, long unit)
    {
        var end = first + output.ElementCount;
        var size = BlockSizeOf(output.ElementCount, unit);
        var firstBlock = first / size;
        var blockCount = checked((int)(((end + size - 1) / size) - firstBlock));
        if (blockCount < crew.ThreadCount && output.ElementCount > BlockSize)
        {
            // Cannot be cut into enough parts: the device's own threads share it out inside.
            Merge(step, task, first, output, device.Merging, lane: null);
            return;
        }

        crew.Run(blockCount, (block, lane) =>
        {
            var start = Math.Max(first, (firstBlock + block) * size);
            var count = Math.Min(end, (firstBlock + block + 1) * size) - start;
            Merge(step, task, start, output.Slice(start - first, count), lane.Kernels, lane);
        });
    }

    // Whole units, on a grid that begins with the tensor.
    private long BlockSizeOf(long elementCount, long unit)
    {
        var share = elementCount / (crew.ThreadCount * BlocksPerThread);
        var size = Math.Clamp((share + SmallestBlockSize - 1) / SmallestBlockSize * SmallestBlockSize, SmallestBlockSize, BlockSize);
        return Math.Max(unit, size / unit * unit);
    }

    private void Merge(MergeStep step, MergeTask task, long first, HostTensor output, MergeKernels kernels, MergeLane? lane)
    {
        var isWhole = output.ElementCount == task.Shape.ElementCount;
        var sources = context.UnseenInputs;
        var inputs = (lane?.Inputs ?? _inputs).Take(sources.Length);
        var baseTensor = task.Base is { } baseInput ? Part(place: 0, baseInput, context.UnseenBase!) : null;
        for (var index = 0; index < inputs.Length; index++)
        {
            inputs[index] = Part(index + 1, task.Inputs[index], sources[index]);
        }

        step.Run(kernels, new MergeRun(baseTensor, inputs, isWhole ? output.Reshape(task.Shape) : output, first));
        if (ResultOverflow.IsPossible(task) && kernels.CountNonFinite(output) is > 0 and var overflowCount)
        {
            Interlocked.Add(ref _overflowCount, overflowCount);
        }

        DeviceTensor Part(int place, TensorInput input, DeviceTensor source)
        {
            // What has been looked at is mapped already.
            var part = lane is not null && !context.IsSeen && source is HostTensor { IsMapped: true } mapped
                ? lane.Read(place, mapped, first, output.ElementCount)
                : source.Slice(first, output.ElementCount);
            if (reader.IsUnchecked(input, source) && kernels.CountNonFinite(part) is > 0 and var damagedCount)
            {
                Interlocked.Add(ref _damagedCount, damagedCount);
            }

            return isWhole ? part.Reshape(source.Shape) : part;
        }
    }

    // Some elements of a block were not finite: the whole tensor is counted, so that the message is the same wherever it was cut.
    private void RefuseDamage(MergeTask task)
    {
        if (Interlocked.Read(ref _damagedCount) > 0)
        {
            reader.Check(task, context);
        }
    }
}
