using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// The weights of a merged model in memory, and what each of its tensors was made by: the next merge into it overwrites tensors in
/// place and skips those that would come out the same. Nobody else may change the weights. Not thread-safe.
/// </summary>
public sealed class MergeTarget : IDisposable
{
    private readonly TensorSet _weights;
    private readonly Dictionary<string, MergeTask> _madeBy = new(StringComparer.Ordinal);

    // Numbers that were found out over the whole model are the same only when all tasks that took part are.
    private MergeTask[] _modelWide = [];
    private ParentModels? _parents;

    /// <summary>An empty target.</summary>
    public MergeTarget() : this(new TensorSet())
    {
    }

    internal MergeTarget(TensorSet weights) => _weights = weights;

    /// <summary>The merged tensors. Owned by this target.</summary>
    public ITensorSource Weights => _weights;

    /// <summary>The bytes of all tensors together.</summary>
    public long ByteCount => _weights.ByteCount;

    /// <summary>Releases the tensors.</summary>
    public void Dispose()
    {
        _madeBy.Clear();
        _weights.Dispose();
    }

    /// <summary>How many bytes a plan would have to make anew here.</summary>
    public long DirtyByteCount(MergePlan plan) => FindDirty(plan).Sum(task => task.ByteCount);

    /// <summary>The tasks of a plan whose tensors are not already here.</summary>
    internal IReadOnlyList<MergeTask> FindDirty(MergePlan plan)
    {
        if (!ReferenceEquals(_parents, plan.Parents))
        {
            return plan.Tasks;
        }

        var isModelWideSame = plan.ModelWideTasks.SequenceEqual(_modelWide);
        return
        [
            .. plan.Tasks.Where(task =>
                !_madeBy.TryGetValue(task.Name, out var made) || !made.Equals(task)
                || (task.IsModelWide && !isModelWideSame)),
        ];
    }

    /// <summary>Gets ready for a plan: what it does not make is released, and what it makes anew no longer counts as made.</summary>
    internal void Begin(MergePlan plan, IReadOnlyCollection<MergeTask> dirty)
    {
        var names = plan.Tasks.Select(task => task.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in _weights.Names.Where(name => !names.Contains(name)).ToList())
        {
            _weights.Remove(name);
            _madeBy.Remove(name);
        }

        foreach (var task in dirty)
        {
            _madeBy.Remove(task.Name);
        }

        _parents = plan.Parents;
        _modelWide = [.. plan.ModelWideTasks];
    }

    /// <summary>The tensor for a task: the one that is here if it fits, else a fresh one.</summary>
    internal DeviceTensor Allocate(MergeTask task, ComputeDevice device)
    {
        if (_weights.TryGet(task.Name, out var existing) && existing.DType == task.DType && existing.Shape == task.Shape)
        {
            return existing;
        }

        _weights.Remove(task.Name);
        var fresh = device.Allocate(task.DType, task.Shape);
        _weights.Add(task.Name, fresh);
        return fresh;
    }

    /// <summary>Remembers that a task's tensor is done.</summary>
    internal void Complete(MergeTask task) => _madeBy[task.Name] = task;
}
