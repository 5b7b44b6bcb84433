using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.LanguageModels;
using Convergence.LanguageModels.Architectures;
using Convergence.LanguageModels.Tasks;
using Convergence.Merging;
using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.EvoMerge.Fitness.Evaluation;

/// <summary>
/// Merges and scores models on a device that nobody else uses meanwhile: one at a time, or as many of one shape together as it is allowed.
/// Weights and activations of one candidate are overwritten by the next, so the steady state allocates little;
/// evaluators share nothing but the memory-mapped parents and the prepared tasks. Not thread-safe.
/// </summary>
internal sealed class ModelEvaluator : IDisposable
{
    private const int LeastBatchTokens = 64;

    private readonly TimeProvider _time;
    private LanguageModelOptions _options;
    private readonly MergeTarget _target = new();
    private readonly MergeExecutor _executor;
    private LanguageModel? _model;
    private TaskEvaluator? _tasks;
    private bool _isScoring;

    /// <param name="device">Where it works; stays the caller's.</param>
    /// <param name="root">What relative model names in recipes refer to.</param>
    /// <param name="batchTokens">Tokens that go through the layers together.</param>
    /// <param name="time">The clock that durations are read from.</param>
    public ModelEvaluator(ComputeDevice device, string root, int batchTokens, TimeProvider time)
    {
        _time = time;
        // Parents are refused when the run is set up, and a merge that leaves the range of its type fails there: nothing else gets here.
        _options = new LanguageModelOptions { MaxBatchRows = batchTokens, RefuseNonFiniteWeights = false };
        Device = device;
        Parents = new ParentModels(root);
        _executor = new MergeExecutor(Device, time);
        Device.MemoryShort += GiveModelBack;
    }

    public ComputeDevice Device { get; }

    public ParentModels Parents { get; }

    /// <summary>
    /// Candidates of one shape that are scored in the same passes; 1 at first, and fewer than was set once memory ran short.
    /// </summary>
    public int MostTogether
    {
        get => _options.MaxMembers;
        set
        {
            ReleaseModel();
            _options = _options with { MaxMembers = value };
        }
    }

    /// <summary>
    /// Merges a recipe and scores the result. Only a cancellation and a lost device throw:
    /// everything else that goes wrong is a failed evaluation.
    /// </summary>
    public Evaluation Evaluate(MergeRecipe recipe, SplitTasks split, CancellationToken cancellation) =>
        Attempt(split, () => Merge(recipe, cancellation), cancellation);

    /// <summary>Scores a candidate that has been merged. Only a cancellation and a lost device throw.</summary>
    public Evaluation Evaluate(MergedCandidate candidate, SplitTasks split, CancellationToken cancellation)
    {
        if (candidate.Failure is { } failure)
        {
            return new Evaluation([], failure, candidate.Seconds, 0) { IsOutOfMemory = candidate.IsOutOfMemory };
        }

        var evaluation = Attempt(split, () => (candidate.Config!, candidate.Weights!), cancellation);
        return evaluation with { MergeSeconds = candidate.Seconds };
    }

    /// <summary>
    /// Scores candidates of one shape (<see cref="CandidateStacks"/>), as many together as it may. Each has the evaluation that it has
    /// alone, but for the time. Only a cancellation and a lost device throw.
    /// </summary>
    public IReadOnlyList<Evaluation> Evaluate(IReadOnlyList<MergedCandidate> alike, SplitTasks split, CancellationToken cancellation)
    {
        var evaluations = new List<Evaluation>(alike.Count);
        while (evaluations.Count < alike.Count)
        {
            var next = alike.Skip(evaluations.Count).Take(MostTogether).ToArray();
            evaluations.AddRange(
                next.Length == 1 ? [Evaluate(next[0], split, cancellation)] : EvaluateTogether(next, split, cancellation));
        }

        return evaluations;
    }

    /// <summary>Scores a parent as it is.</summary>
    public Evaluation EvaluateParent(string name, SplitTasks split, CancellationToken cancellation) =>
        Attempt(
            split,
            () =>
            {
                var parent = Parents.Get(name);
                return (parent.Config, parent.Weights);
            },
            cancellation);

    /// <summary>The extents of a parent.</summary>
    /// <exception cref="LanguageModelException">
    /// It cannot be scored: its architecture or an option of it is not supported, or a tensor is missing.
    /// </exception>
    public ModelShape ShapeOf(string name)
    {
        var parent = Parents.Get(name);
        return LanguageModel.Examine(Device, parent.Config, parent.Weights, name);
    }

    /// <summary>Merges a recipe into this evaluator's weights, which the next merge overwrites.</summary>
    public (JsonObject Config, ITensorSource Weights) Merge(MergeRecipe recipe, CancellationToken cancellation)
    {
        var plan = MergePlanner.Plan(recipe, Parents);
        Execute(plan, cancellation);
        return (plan.Config, _target.Weights);
    }

    /// <summary>Runs a plan of this evaluator's parents into its weights.</summary>
    public MergeReport Execute(MergePlan plan, CancellationToken cancellation) => _executor.Execute(plan, _target, cancellation);

    /// <summary>The weights of the last merge.</summary>
    public ITensorSource Weights => _target.Weights;

    /// <summary>Gives the memory of the last merge back.</summary>
    public void ReleaseWeights() => _target.Dispose();

    public void Dispose()
    {
        Device.MemoryShort -= GiveModelBack;
        ReleaseModel();
        _target.Dispose();
        Parents.Dispose();
    }

    private Evaluation Attempt(SplitTasks split, Func<(JsonObject Config, ITensorSource Weights)> merge, CancellationToken cancellation)
    {
        var start = _time.GetTimestamp();
        var (mergeSeconds, results) = (0.0, ImmutableArray<TaskResult>.Empty);
        string? failure = null;
        var isOutOfMemory = false;
        try
        {
            var (config, weights) = merge();
            mergeSeconds = _time.GetElapsedTime(start).TotalSeconds;
            results = Score(config, weights, split, cancellation);
            failure = FailureOf(results);
        }
        catch (Exception exception) when (MergedCandidate.IsFailure(exception, cancellation))
        {
            // One failed candidate must not end a run; the reason is logged and told.
            failure = MergedCandidate.Describe(exception);
            isOutOfMemory = MergedCandidate.IsShortage(exception);
        }

        var scoreSeconds = _time.GetElapsedTime(start).TotalSeconds - mergeSeconds;
        return new Evaluation(failure is null ? results : [], failure, mergeSeconds, scoreSeconds) { IsOutOfMemory = isOutOfMemory };
    }

    // None when memory ran short: fewer are tried then.
    private Evaluation[] EvaluateTogether(MergedCandidate[] candidates, SplitTasks split, CancellationToken cancellation)
    {
        var start = _time.GetTimestamp();
        try
        {
            var models = candidates.Select(candidate => new ModelSource(candidate.Config!, candidate.Weights!)).ToArray();
            var results = Use(() => Load(models), tasks => split.ScoreMembers(tasks, cancellation));
            var seconds = _time.GetElapsedTime(start).TotalSeconds / candidates.Length;
            return [.. candidates.Select((candidate, member) => Conclude(results[member], candidate.Seconds, seconds))];
        }
        catch (DeviceException exception) when (exception.IsOutOfMemory)
        {
            TakeOneStepBack(exception);
            return [];
        }
        catch (Exception exception) when (MergedCandidate.IsFailure(exception, cancellation))
        {
            // Whose failure it is shows when each is scored alone.
            return [.. candidates.Select(candidate => Evaluate(candidate, split, cancellation))];
        }
    }

    private static Evaluation Conclude(ImmutableArray<TaskResult> results, double mergeSeconds, double scoreSeconds)
    {
        var failure = FailureOf(results);
        return new Evaluation(failure is null ? results : [], failure, mergeSeconds, scoreSeconds);
    }

    private static string? FailureOf(ImmutableArray<TaskResult> results) =>
        results.FirstOrDefault(result => !double.IsFinite(result.Value)) is { } broken
            ? $"task {broken.Task}: {broken.Metric} is not a finite number."
            : null;

    // A device that has not room for a batch gets less at once, down to what fits anywhere.
    private ImmutableArray<TaskResult> Score(JsonObject config, ITensorSource weights, SplitTasks split, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return Use(() => Load(config, weights), tasks => split.Score(tasks, cancellation));
            }
            catch (DeviceException exception)
                when (exception.IsOutOfMemory && (MostTogether > 1 || _options.MaxBatchRows > LeastBatchTokens))
            {
                TakeOneStepBack(exception);
            }
        }
    }

    // Half as many candidates together; of one alone half as many tokens.
    private void TakeOneStepBack(DeviceException shortage)
    {
        ReleaseModel();
        var memory = shortage.IsOfHostMemory ? "main memory that the device can reach" : "the device's memory";
        if (MostTogether > 1)
        {
            MostTogether /= 2;
            Device.Note($"{memory} ran short: fewer candidates are scored together than planned.");
        }
        else
        {
            _options = _options with { MaxBatchRows = Math.Max(LeastBatchTokens, _options.MaxBatchRows / 2) };
            Device.Note($"{memory} ran short: fewer tokens are scored at once than batch_tokens says.");
        }
    }

    // Loads a model and scores it, in one: meanwhile its memory is not to be had.
    private T Use<T>(Action load, Func<TaskEvaluator, T> score)
    {
        _isScoring = true;
        try
        {
            load();
            return score(_tasks!);
        }
        finally
        {
            _isScoring = false;
        }
    }

    // Between two scorings the model is there for speed alone: the next one makes it anew, of fewer tokens where there is less room.
    private bool GiveModelBack()
    {
        if (_isScoring || _model is null)
        {
            return false;
        }

        ReleaseModel();
        Device.Note("the device's memory ran short: what scores candidates is given back while others are merged.");
        return true;
    }

    private void ReleaseModel()
    {
        _model?.Dispose();
        _model = null;
    }

    private void Load(JsonObject config, ITensorSource weights) => Load(
        () => LanguageModel.Load(Device, config, weights, "candidate", _options), model => model.Reload(config, weights));

    private void Load(ModelSource[] models) => Load(
        () => LanguageModel.LoadMembers(Device, models, "candidate", _options), model => model.ReloadMembers(models));

    private void Load(Func<LanguageModel> load, Action<LanguageModel> reload)
    {
        try
        {
            if (_model is null)
            {
                _model = load();
                _tasks = new TaskEvaluator(_model);
            }
            else
            {
                reload(_model);
            }
        }
        catch
        {
            // A model that was half loaded must not be scored.
            ReleaseModel();
            throw;
        }
    }
}
