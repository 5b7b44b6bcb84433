using System.Collections.Immutable;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// Merges that are made together in one reading of their parents, a tensor of all of them at a time: whoever makes them may do something
/// else in between. Used by one caller at a time; disposed once nobody takes the next step.
/// </summary>
public sealed class MergePass : IDisposable
{
    private readonly ComputeDevice _device;
    private readonly StepRunner _runner;
    private readonly TimeProvider _time;
    private readonly ImmutableArray<MergeJob> _jobs;
    private readonly List<JobState> _states;
    private readonly IEnumerator<string> _tensors;
    private TimeSpan _elapsed;
    private long _bytesRead;

    internal MergePass(
        ComputeDevice device, StepRunner runner, IReadOnlyList<MergeJob> jobs, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfZero(jobs.Count);
        if (jobs.Any(job => job.Plan.Parents != jobs[0].Plan.Parents) || jobs.DistinctBy(job => job.Target).Count() < jobs.Count)
        {
            throw new ArgumentException("Merges that are made together need the same parents and a target each.", nameof(jobs));
        }

        _device = device;
        _runner = runner;
        _time = time;
        _jobs = [.. jobs];
        _states = [.. jobs.Select(job => new JobState(job))];
        _tensors = Make(cancellation).GetEnumerator();
    }

    /// <summary>What was made, once there is nothing more to make: a report per job, in their order.</summary>
    public GenerationReport Report => new()
    {
        Merges = [.. _states.Select(state => state.Report(_elapsed))],
        BytesRead = _bytesRead,
        BytesReadAlone = _jobs.Sum(job => job.Plan.InputBytes),
        Elapsed = _elapsed,
    };

    /// <summary>Makes the next tensor; the first step looks the parents over as well.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="MergeException">A parent has NaN or infinite weights.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; finished tensors stay in their targets.</exception>
    public bool Next()
    {
        var start = _time.GetTimestamp();
        try
        {
            return _tensors.MoveNext();
        }
        finally
        {
            _elapsed += _time.GetElapsedTime(start);
        }
    }

    public void Dispose() => _tensors.Dispose();

    private IEnumerable<string> Make(CancellationToken cancellation)
    {
        var parents = _jobs[0].Plan.Parents;
        parents.EnsureFinite(_device, _jobs.SelectMany(job => job.Plan.Models).Distinct(StringComparer.Ordinal));
        using var context = new TensorMergeContext(_device.Merging);
        LoadedTensor Load(TensorInput input) => parents.Load(input, _device);
        foreach (var state in _states)
        {
            state.Begin();
            state.Trim = state.NeedsModelWideNumbers ? ModelWideTrim.OfModel(state.Plan.Tasks, context, Load, cancellation) : null;
        }

        using var looks = new OverflowLooks(_device.Merging, _states.Sum(state => state.Dirty.Count));
        foreach (var name in _states.SelectMany(state => state.Dirty).Select(task => task.Name).Distinct().Order(StringComparer.Ordinal))
        {
            cancellation.ThrowIfCancellationRequested();
            var tasks = _states.Select(state => (State: state, Task: state.DirtyTask(name))).Where(item => item.Task is not null);
            foreach (var group in tasks.GroupBy(item => new TaskInputs(item.Task!), item => (item.State, Task: item.Task!)))
            {
                context.Fill(group.First().Task, Load);
                _bytesRead += context.InputByteCount;
                _runner.Run(context, [.. group], looks);
            }

            yield return name;
        }

        looks.Tell();
    }
}
