using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// Gives a streaming merge its inputs, remembers which were checked for NaN and infinity, and has what comes next read ahead.
/// </summary>
internal sealed class ParentReader(MergePlan plan, ComputeDevice device)
{
    // Far enough ahead for a disk to keep up, little enough to stay in the cache until it is used.
    private const long LeadByteCount = 256L << 20;

    private readonly HashSet<TensorInput> _checked = [];
    private readonly Queue<(MergeTask Task, long ByteCount)> _ahead = [];
    private long _aheadByteCount;

    /// <summary>Loads a tensor whose elements are looked at next.</summary>
    /// <exception cref="MergeException">The tensor has elements that are not finite.</exception>
    public LoadedTensor LoadChecked(TensorInput input)
    {
        var loaded = Load(input);
        Check(input, loaded.Tensor);
        return loaded;
    }

    /// <summary>
    /// Loads a tensor that is checked later: as a whole (<see cref="Check(TensorInput, DeviceTensor)"/>),
    /// or while it is merged (<see cref="MarkChecked(TensorInput)"/>).
    /// </summary>
    public LoadedTensor Load(TensorInput input) => plan.Parents.Load(input, device);

    /// <summary>Checks a loaded tensor, unless that was done.</summary>
    /// <exception cref="MergeException">The tensor has elements that are not finite.</exception>
    public void Check(TensorInput input, DeviceTensor tensor)
    {
        if (IsUnchecked(input, tensor))
        {
            NonFiniteWeights.Refuse(
                [.. (input.Rows?.Donors ?? []).Prepend(input).Select(source => (plan.Parents.Get(source.Model), source.Tensor))],
                tensor, device, plan.Recipe);
            MarkChecked(input);
        }
    }

    /// <summary>Checks what a context has loaded for a task.</summary>
    /// <exception cref="MergeException">A tensor has elements that are not finite.</exception>
    public void Check(MergeTask task, TensorMergeContext context)
    {
        if (task.Base is { } baseInput)
        {
            Check(baseInput, context.UnseenBase!);
        }

        for (var index = 0; index < task.Inputs.Length; index++)
        {
            Check(task.Inputs[index], context.UnseenInputs[index]);
        }
    }

    /// <summary>Whether a loaded tensor has still to be checked; only floats have.</summary>
    public bool IsUnchecked(TensorInput input, DeviceTensor tensor) => tensor.DType.IsComputable() && !_checked.Contains(input);

    /// <summary>Remembers that all of a tensor's elements were found finite.</summary>
    public void MarkChecked(TensorInput input) => _checked.Add(input);

    /// <summary>Remembers it of all that a task reads.</summary>
    public void MarkChecked(MergeTask task)
    {
        if (task.Base is { } baseInput)
        {
            MarkChecked(baseInput);
        }

        foreach (var input in task.Inputs)
        {
            MarkChecked(input);
        }
    }

    /// <summary>Says that tasks will be merged in this order, one after the other.</summary>
    /// <returns>The tasks; by the time that one is taken, the files of those after it are being read.</returns>
    public IEnumerable<MergeTask> ReadAhead(IEnumerable<MergeTask> tasks)
    {
        using var source = tasks.GetEnumerator();
        while (true)
        {
            while (_aheadByteCount < LeadByteCount && source.MoveNext())
            {
                var byteCount = Advise(source.Current);
                _ahead.Enqueue((source.Current, byteCount));
                _aheadByteCount += byteCount;
            }

            if (!_ahead.TryDequeue(out var next))
            {
                yield break;
            }

            _aheadByteCount -= next.ByteCount;
            yield return next.Task;
        }
    }

    private long Advise(MergeTask task)
    {
        long byteCount = 0;
        foreach (var input in task.Base is { } baseInput ? task.Inputs.Add(baseInput) : task.Inputs)
        {
            if (plan.Parents.Get(input.Model).Find(input.Tensor) is HostTensor tensor)
            {
                tensor.ReadAhead(0, tensor.ElementCount);
                byteCount += tensor.ByteCount;
            }
        }

        return byteCount;
    }
}
