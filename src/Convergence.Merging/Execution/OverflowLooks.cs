using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>Whether merged tensors fit in their types, found out for all of a pass together.</summary>
/// <param name="kernels">The device's operators.</param>
/// <param name="capacity">Tensors that may be looked at.</param>
internal sealed class OverflowLooks(MergeKernels kernels, int capacity) : IDisposable
{
    private readonly TensorLooks _looks = kernels.BeginLooks(capacity);
    private readonly List<(JobState Job, MergeTask Task)> _tasks = [];

    /// <summary>Looks at a tensor; its job hears of it in <see cref="Tell"/>.</summary>
    public void Add(JobState job, MergeTask task, DeviceTensor tensor)
    {
        _looks.AddNonFiniteCount(tensor);
        _tasks.Add((job, task));
    }

    /// <summary>Waits for what was found and tells the jobs.</summary>
    public void Tell()
    {
        if (_tasks.Count > 0)
        {
            foreach (var ((job, task), count) in _tasks.Zip(_looks.Read()))
            {
                job.Complete(task, (long)count);
            }
        }
    }

    public void Dispose() => _looks.Dispose();
}
