using Convergence.EvoMerge.Results;
using Convergence.Merging;
using Convergence.Tensors.Devices;

namespace Convergence.EvoMerge.Fitness.Evaluation;

/// <summary>
/// Merges batches of candidates: as many together, in one reading of the parents, as memory allows, each over the weights of that earlier
/// candidate which shares the most tensors with it. How candidates are grouped changes no bit of them. Not thread-safe.
/// </summary>
internal sealed class CandidateMerger : IDisposable
{
    private readonly ComputeDevice _device;
    private readonly ParentModels _parents;
    private readonly MergeExecutor _executor;
    private readonly TimeProvider _time;
    private long _byteBudget;
    private readonly List<MergeTarget> _targets = [];

    /// <param name="device">Merging has it, and the machine, to itself; it stays the caller's.</param>
    /// <param name="root">What relative model names in recipes refer to.</param>
    /// <param name="byteBudget">What the weights of candidates may take up; one candidate is held in any case.</param>
    /// <param name="time">The clock that durations are read from.</param>
    public CandidateMerger(ComputeDevice device, string root, long byteBudget, TimeProvider time)
    {
        _device = device;
        _parents = new ParentModels(root);
        _executor = new MergeExecutor(device, time);
        _time = time;
        _byteBudget = byteBudget;
    }

    /// <summary>A quarter of what the process may have: the parents' pages, packed weights and activations need the rest.</summary>
    public static long DefaultByteBudget => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4;

    /// <summary>What merging cost and saved so far.</summary>
    public MergeSavings Savings { get; private set; } = MergeSavings.None;

    /// <summary>Merges the first of the recipes, as many as fit in memory.</summary>
    /// <returns>
    /// A candidate for each recipe that was taken, at least one. Only a cancellation and a lost device throw: everything else that goes
    /// wrong is a candidate that failed. The weights are overwritten by the next call.
    /// </returns>
    public IReadOnlyList<MergedCandidate> Merge(IReadOnlyList<MergeRecipe> recipes, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return MergeWithinBudget(recipes, cancellation);
            }
            catch (DeviceException exception) when (exception.IsOutOfMemory && _targets.Count > 0)
            {
                TakeOneStepBack();
            }
        }
    }

    // Half as many candidates at once; one alone gets another chance with nothing else kept.
    private void TakeOneStepBack()
    {
        var heldBytes = _targets.Sum(target => target.ByteCount);
        _byteBudget = Math.Min(_byteBudget, heldBytes) / 2;
        ReleaseTargets();
        _device.Note("the device's memory ran short: fewer candidates are merged at once than planned.");
    }

    /// <summary>Gives the memory of all candidates back; what was merged is gone.</summary>
    public void ReleaseTargets()
    {
        _targets.ForEach(target => target.Dispose());
        _targets.Clear();
    }

    private List<MergedCandidate> MergeWithinBudget(IReadOnlyList<MergeRecipe> recipes, CancellationToken cancellation)
    {
        var start = _time.GetTimestamp();
        var candidates = new List<MergedCandidate>();
        var plans = new List<(int Candidate, MergePlan Plan)>();
        long byteCount = 0;
        foreach (var recipe in recipes)
        {
            try
            {
                var plan = MergePlanner.Plan(recipe, _parents);
                byteCount += plan.OutputBytes;
                if (byteCount > _byteBudget && plans.Count > 0)
                {
                    break;
                }

                plans.Add((candidates.Count, plan));
                candidates.Add(new MergedCandidate(plan.Config, null, null, null, 0));
            }
            catch (Exception exception) when (MergedCandidate.IsFailure(exception, cancellation))
            {
                candidates.Add(MergedCandidate.Failed(exception));
            }
        }

        Execute(plans, candidates, cancellation);
        var seconds = _time.GetElapsedTime(start).TotalSeconds;
        Savings = Savings.Plus(MergeSavings.None with { CandidateCount = candidates.Count, Seconds = seconds });
        return [.. candidates.Select(candidate => candidate with { Seconds = seconds / candidates.Count })];
    }

    public void Dispose()
    {
        ReleaseTargets();
        _parents.Dispose();
    }

    private void Execute(List<(int Candidate, MergePlan Plan)> plans, List<MergedCandidate> candidates, CancellationToken cancellation)
    {
        if (plans.Count == 0)
        {
            return;
        }

        var isRetry = _targets.Count == 0;
        var jobs = AssignTargets([.. plans.Select(item => item.Plan)]);
        try
        {
            var report = _executor.Execute(jobs, cancellation);
            Savings = Savings.Plus(new MergeSavings(
                0, 0, report.TensorCount, report.TensorsKept, report.BytesRead, report.BytesReadAlone));
            for (var index = 0; index < jobs.Count; index++)
            {
                var place = plans[index].Candidate;
                var merge = report.Merges[index];
                candidates[place] =
                    candidates[place] with { Weights = jobs[index].Target.Weights, Failure = merge.Failure, Note = merge.LerpNote };
            }
        }
        catch (DeviceException exception) when (exception.IsOutOfMemory && (plans.Count > 1 || !isRetry))
        {
            throw;
        }
        catch (Exception exception) when (MergedCandidate.IsFailure(exception, cancellation))
        {
            plans.ForEach(item => candidates[item.Candidate] = MergedCandidate.Failed(exception));
        }
    }

    // Each plan in turn takes the target on which it has the least to do: what is there may be an ancestor of the candidate.
    private List<MergeJob> AssignTargets(MergePlan[] plans)
    {
        while (_targets.Count > plans.Length && _targets.Sum(target => target.ByteCount) > _byteBudget)
        {
            _targets[^1].Dispose();
            _targets.RemoveAt(_targets.Count - 1);
        }

        while (_targets.Count < plans.Length)
        {
            _targets.Add(new MergeTarget());
        }

        var free = new List<MergeTarget>(_targets);
        var jobs = new List<MergeJob>(plans.Length);
        foreach (var plan in plans)
        {
            var target = free.MinBy(candidate => candidate.DirtyByteCount(plan))!;
            free.Remove(target);
            jobs.Add(new MergeJob(plan, target));
        }

        return jobs;
    }
}
