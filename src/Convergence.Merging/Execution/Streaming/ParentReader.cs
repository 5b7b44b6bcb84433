using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>Gives a streaming merge its inputs: each is checked for NaN and infinity when it is first loaded, and what comes next is read ahead.</summary>
internal sealed class ParentReader(MergePlan plan, ComputeDevice device)
{
    // Far enough ahead for a disk to keep up, little enough to stay in the cache until it is used.
    private const long LeadByteCount = 256L << 20;

    private readonly HashSet<TensorInput> _checked = [];
    private readonly Queue<(MergeTask Task, long ByteCount)> _ahead = [];
    private long _aheadByteCount;

    /// <exception cref="MergeException">The tensor has elements that are not finite.</exception>
    public LoadedTensor Load(TensorInput input)
    {
        var loaded = plan.Parents.Load(input, device);
        if (loaded.Tensor.DType.IsComputable() && _checked.Add(input))
        {
            NonFiniteWeights.Refuse(
                [.. (input.Rows?.Donors ?? []).Prepend(input).Select(source => (plan.Parents.Get(source.Model), source.Tensor))],
                loaded.Tensor, device, plan.Recipe);
        }

        return loaded;
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
