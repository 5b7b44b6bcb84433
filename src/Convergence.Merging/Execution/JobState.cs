using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>One job of a <see cref="MergeExecutor"/> run while it is being worked on.</summary>
internal sealed class JobState(MergeJob job)
{
    private readonly Dictionary<string, MergeTask> _dirty = new(StringComparer.Ordinal);
    private int _slerpTensors;
    private int _lerpFallbacks;

    public MergePlan Plan { get; } = job.Plan;

    public MergeTarget Target { get; } = job.Target;

    public ModelWideTrim? Trim { get; set; }

    /// <summary>Why this job is not worked on any more.</summary>
    public string? Failure { get; private set; }

    public IReadOnlyCollection<MergeTask> Dirty => _dirty.Values;

    /// <summary>Whether a tensor has to be made that depends on numbers from the whole model.</summary>
    public bool NeedsModelWideNumbers => Plan.ModelWideTasks.Any(task => _dirty.ContainsKey(task.Name));

    public void Begin()
    {
        foreach (var task in Target.FindDirty(Plan))
        {
            _dirty.Add(task.Name, task);
        }

        Target.Begin(Plan, Dirty);
    }

    public MergeTask? DirtyTask(string name) => Failure is null ? _dirty.GetValueOrDefault(name) : null;

    public MergeStep Prepare(MergeTask task, TensorMergeContext context)
    {
        context.Trim = Trim;
        context.Task = task;
        var (slerpTensors, lerpFallbacks) = (context.SlerpTensors, context.LerpFallbacks);
        var step = task.Operation.Prepare(context);
        _slerpTensors += context.SlerpTensors - slerpTensors;
        _lerpFallbacks += context.LerpFallbacks - lerpFallbacks;
        return step;
    }

    /// <summary>Accepts a merged tensor, or has it looked at, for it may not fit in its type.</summary>
    /// <param name="task">What was made.</param>
    /// <param name="tensor">The result.</param>
    /// <param name="bound">
    /// No element of it can be larger in magnitude; it is looked at only where that does not rule an overflow out.
    /// </param>
    /// <param name="looks">Looks.</param>
    public void Complete(MergeTask task, DeviceTensor tensor, double bound, OverflowLooks looks)
    {
        if (ResultOverflow.IsPossible(task, bound))
        {
            looks.Add(this, task, tensor);
        }
        else
        {
            Target.Complete(task);
        }
    }

    /// <summary>Accepts a merged tensor that was looked at, or gives the job up because so many elements do not fit.</summary>
    public void Complete(MergeTask task, long overflowCount)
    {
        if (overflowCount == 0)
        {
            Target.Complete(task);
        }
        else
        {
            Failure ??= ResultOverflow.Describe(Plan.Recipe, task, overflowCount);
        }
    }

    public MergeReport Report(TimeSpan elapsed) => new()
    {
        TensorCount = Plan.Tasks.Length,
        TensorsKept = Plan.Tasks.Length - _dirty.Count,
        BytesRead = Plan.InputBytes,
        BytesWritten = Dirty.Sum(task => task.ByteCount),
        Elapsed = elapsed,
        SlerpTensors = _slerpTensors,
        LerpFallbacks = _lerpFallbacks,
        Failure = Failure,
    };
}
