using Convergence.EvoMerge.Results;
using Convergence.Merging;
using Convergence.Tensors.Devices;

namespace Convergence.EvoMerge.Fitness.Evaluation;

/// <summary>
/// Merges batches of candidates: as many together, in one reading of the parents, as memory allows, each over the weights of that earlier
/// candidate which shares the most tensors with it. The next batch can be merged while one is scored. How candidates are grouped, and when
/// they are merged, changes no bit of them. Not thread-safe.
/// </summary>
internal sealed class CandidateMerger : IDisposable
{
    private readonly ComputeDevice _device;
    private readonly ParentModels _parents;
    private readonly MergeExecutor _executor;
    private readonly TimeProvider _time;
    private long _byteBudget;
    private readonly List<MergeTarget> _targets = [];
    private bool _mergesAhead;
    private MergeBatch? _ahead;

    // Those of the last batch, which is scored while the next one is merged.
    private IReadOnlyList<MergeTarget> _scored = [];

    /// <param name="device">Merging has it, and the machine, to itself; it stays the caller's.</param>
    /// <param name="root">What relative model names in recipes refer to.</param>
    /// <param name="byteBudget">What the weights of candidates may take up; one candidate is held in any case.</param>
    /// <param name="time">The clock that durations are read from.</param>
    /// <param name="mergesAhead">Whether there is room for a second batch of that size.</param>
    public CandidateMerger(ComputeDevice device, string root, long byteBudget, TimeProvider time, bool mergesAhead = false)
    {
        _mergesAhead = mergesAhead;
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
                var isAhead = ReferenceEquals(_ahead?.First, recipes[0]);
                if (!isAhead)
                {
                    DropAhead();
                }

                using var batch = _ahead ?? Plan(recipes, [], cancellation);
                _ahead = null;
                return Finish(batch, isAhead, cancellation);
            }
            catch (DeviceException exception) when (exception.IsOutOfMemory && _targets.Count > 0)
            {
                TakeOneStepBack();
            }
        }
    }

    /// <summary>
    /// Gives all weights back and merges less from now on, where there is less: a candidate that was merged last found no room to be
    /// scored in.
    /// </summary>
    /// <returns>Whether there is less; otherwise the weights stay.</returns>
    public bool TakeLess()
    {
        var isLess = _mergesAhead || _targets.Count > 1;
        if (isLess)
        {
            TakeOneStepBack();
        }

        return isLess;
    }

    /// <summary>
    /// Begins to merge what <see cref="Merge"/> will be asked for next, beside what the device is asked for until then; nothing where the
    /// device has no room for that. The weights of the last batch stay as they are.
    /// </summary>
    /// <param name="recipes">As they will be asked for; may be none.</param>
    /// <param name="cancellation">Looked at between tensors.</param>
    public void MergeAhead(IReadOnlyList<MergeRecipe> recipes, CancellationToken cancellation)
    {
        if (_mergesAhead && recipes.Count > 0)
        {
            _ahead = Plan(recipes, _scored, cancellation);
            _device.BeginAside(_ahead.Pass is { } pass ? pass.Next : () => false);
        }
    }

    /// <summary>Gives the memory of all candidates back; what was merged is gone.</summary>
    public void ReleaseTargets()
    {
        DropAhead();
        _targets.ForEach(target => target.Dispose());
        _targets.Clear();
        _scored = [];
    }

    public void Dispose()
    {
        ReleaseTargets();
        _parents.Dispose();
    }

    private void DropAhead()
    {
        if (_ahead is not null)
        {
            _device.DropAside();
            _ahead.Dispose();
            _ahead = null;
        }
    }

    // No more room for a second batch; then half as many candidates at once; one alone gets another chance with nothing else kept.
    private void TakeOneStepBack()
    {
        var (heldBytes, mergedCount) = (_targets.Sum(target => target.ByteCount), _scored.Count);
        ReleaseTargets();
        if (_mergesAhead)
        {
            _mergesAhead = false;
            _device.Note("the device's memory ran short: no candidates are merged while others are scored.");
            return;
        }

        if (mergedCount > 1)
        {
            _byteBudget = Math.Min(_byteBudget, heldBytes) / 2;
            _device.Note("the device's memory ran short: fewer candidates are merged at once than planned.");
        }
    }

    private MergeBatch Plan(IReadOnlyList<MergeRecipe> recipes, IReadOnlyList<MergeTarget> taken, CancellationToken cancellation)
    {
        var start = _time.GetTimestamp();
        var candidates = new List<MergedCandidate>();
        var plans = new List<MergePlan>();
        var places = new List<int>();
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

                places.Add(candidates.Count);
                plans.Add(plan);
                candidates.Add(new MergedCandidate(plan.Config, null, null, null, 0));
            }
            catch (Exception exception) when (MergedCandidate.IsFailure(exception, cancellation))
            {
                candidates.Add(MergedCandidate.Failed(exception));
            }
        }

        var isLastChance = _targets.Count == 0;
        var jobs = AssignTargets(plans, taken);
        var pass = jobs.Count == 0 ? null : _executor.Begin(jobs, cancellation);
        return new MergeBatch(
            recipes[0], candidates, places, jobs, pass, isLastChance, _time.GetElapsedTime(start).TotalSeconds);
    }

    private List<MergedCandidate> Finish(MergeBatch batch, bool isAhead, CancellationToken cancellation)
    {
        var candidates = batch.Candidates;
        _scored = [.. batch.Jobs.Select(job => job.Target)];
        try
        {
            if (isAhead)
            {
                _device.FinishAside();
            }

            while (batch.Pass?.Next() == true)
            {
            }

            TakeWeights(batch);
        }
        catch (DeviceException exception) when (exception.IsOutOfMemory && (batch.Jobs.Count > 1 || !batch.IsLastChance))
        {
            throw;
        }
        catch (Exception exception) when (MergedCandidate.IsFailure(exception, cancellation))
        {
            foreach (var place in batch.Places)
            {
                candidates[place] = MergedCandidate.Failed(exception);
            }
        }

        var seconds = batch.PlanSeconds + (batch.Pass?.Report.Elapsed.TotalSeconds ?? 0);
        Savings = Savings.Plus(MergeSavings.None with { CandidateCount = candidates.Count, Seconds = seconds });
        return candidates.ConvertAll(candidate => candidate with { Seconds = seconds / candidates.Count });
    }

    private void TakeWeights(MergeBatch batch)
    {
        if (batch.Pass?.Report is not { } report)
        {
            return;
        }

        Savings = Savings.Plus(new MergeSavings(0, 0, report.TensorCount, report.TensorsKept, report.BytesRead, report.BytesReadAlone));
        for (var index = 0; index < batch.Jobs.Count; index++)
        {
            var (place, merge) = (batch.Places[index], report.Merges[index]);
            batch.Candidates[place] = batch.Candidates[place] with
            {
                Weights = batch.Jobs[index].Target.Weights,
                Failure = merge.Failure,
                Note = merge.LerpNote,
            };
        }
    }

    // Each plan in turn takes the target on which it has the least to do: what is there may be an ancestor of the candidate.
    private List<MergeJob> AssignTargets(List<MergePlan> plans, IReadOnlyList<MergeTarget> taken)
    {
        var free = _targets.Except(taken).ToList();
        var batchCount = _mergesAhead && taken.Count == 0 ? 2 : 1;
        while (free.Count > plans.Count && free.Sum(target => target.ByteCount) / batchCount > _byteBudget)
        {
            free[^1].Dispose();
            _targets.Remove(free[^1]);
            free.RemoveAt(free.Count - 1);
        }

        while (free.Count < plans.Count)
        {
            free.Add(new MergeTarget());
            _targets.Add(free[^1]);
        }

        var jobs = new List<MergeJob>(plans.Count);
        foreach (var plan in plans)
        {
            var target = free.MinBy(candidate => candidate.DirtyByteCount(plan))!;
            free.Remove(target);
            jobs.Add(new MergeJob(plan, target));
        }

        return jobs;
    }
}
