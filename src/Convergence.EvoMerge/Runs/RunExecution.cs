using Convergence.Evolution.Search;
using Convergence.EvoMerge.Fitness.Cache;
using Convergence.EvoMerge.Fitness.Evaluation;
using Convergence.EvoMerge.Genomes;
using Convergence.EvoMerge.Results;
using Convergence.EvoMerge.Runs.Checkpoints;
using Convergence.Tensors.Devices;

namespace Convergence.EvoMerge.Runs;

/// <summary>The course of one run: parents, generations, finish; with checkpoints on the way.</summary>
internal sealed class RunExecution
{
    private readonly RunSetup _setup;
    private readonly CheckpointStore _store;
    private readonly OrderedProgress _events;
    private readonly RunNotes _notes;
    private readonly RunClock _clock;
    private readonly SearchProgress _progress;
    private readonly BatchEvaluator _evaluator;
    private readonly ParentScoring _parents;
    private readonly GeneticSearch<MergeGenome> _search;
    private readonly EvaluatorPool _pool;
    private (string Path, int Generation)? _saved;

    public RunExecution(
        RunSetup setup, RunResources resources, Checkpoint? resumed, TimeProvider time, OrderedProgress events)
    {
        _setup = setup;
        _pool = resources.Pool;
        _store = resources.Store;
        _events = events;
        _notes = new RunNotes(events);
        _clock = new RunClock(time, resumed?.ElapsedSeconds ?? 0, resumed?.EvaluationCount ?? 0);
        _progress = new SearchProgress(setup.Config, resumed);
        _evaluator = new BatchEvaluator(setup, resources, _notes, events);
        _parents = new ParentScoring(setup, _pool, _evaluator, resources.Log, events);
        _search = CreateSearch(setup, resumed);
        _pool.First.Device.Noted += _notes.Add;
        Restore(resumed, resources.Log);
        foreach (var note in (resumed?.Notes ?? []).Concat(setup.Notes).Concat(setup.SessionNotes))
        {
            _notes.Add(note);
        }
    }

    /// <summary>Runs to an end. A cancellation ends in a checkpoint too.</summary>
    public RunOutcome Run(CancellationToken cancellation)
    {
        try
        {
            // From the first moment on there is something to resume.
            SaveCheckpoint();
            _evaluator.Fitness = _parents.Score(cancellation);
            var reason = Evolve(cancellation);
            var lastCheckpoint = _saved is { } saved && saved.Generation == _search.Generation ? saved.Path : SaveCheckpoint();
            var finish = new RunFinish(_setup, _pool, _evaluator, _parents, _progress, _notes, _events);
            var summary = finish.Conclude(reason, _clock, cancellation);
            return new RunOutcome(reason, summary, lastCheckpoint, _setup.Config.Out);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return new RunOutcome(StopReason.Cancelled, null, SaveCheckpoint(), null);
        }
        catch (ConvergenceException exception) when (exception is DeviceException { IsLost: true } or NoValidCandidateException)
        {
            // What was scored is in the log and the cache: another process, or another GPU, goes on from here.
            SaveCheckpoint();
            throw;
        }
    }

    private static GeneticSearch<MergeGenome> CreateSearch(RunSetup setup, Checkpoint? resumed)
    {
        if (resumed is null)
        {
            return new GeneticSearch<MergeGenome>(setup.Space, Options(setup), setup.Config.Seed);
        }

        try
        {
            return new GeneticSearch<MergeGenome>(setup.Space, Options(setup), resumed.Search);
        }
        catch (ArgumentException exception)
        {
            throw new ResumeException(
                $"The checkpoint's search state contradicts itself: {exception.Message} Resume an older checkpoint, or start afresh.",
                exception);
        }
    }

    private static GeneticSearchOptions Options(RunSetup setup) => new()
    {
        PopulationSize = setup.Config.PopulationSize,
        EliteSize = setup.Config.EliteSize,
        TournamentSize = setup.Config.TournamentSize,
        MutationRate = setup.Config.MutationRate,
        MutationStrength = setup.Config.MutationStrength,
        CrossoverRate = setup.Config.CrossoverRate,
        DiversityWeight = setup.Config.DiversityWeight,
        MinDiversity = setup.Config.MinDiversity,
        AdaptiveMutation = setup.Config.AdaptiveMutation,
        KindBandit = setup.Config.TechniqueBandit,
        ModelAssistance = setup.Config.ModelAssistance,
    };

    private void Restore(Checkpoint? resumed, EvaluationLog log)
    {
        _evaluator.Cache.Restore(resumed?.Scores ?? []);
        _evaluator.Cache.Replay(log.Scores);
        _evaluator.RestoreCosts((resumed?.Costs ?? []).Concat(log.Costs));
        if (log.DamagedLineCount > 0)
        {
            _notes.Add($"the evaluation log had {log.DamagedLineCount} damaged or cut-off lines; they were dropped.");
        }
    }

    private StopReason Evolve(CancellationToken cancellation)
    {
        _events.Report(new PhaseStarted(RunPhase.Evolving, 0));
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var batch = _search.Ask();
            if (_progress.ShouldStop(batch.Count, _clock.Elapsed) is { } reason)
            {
                return reason;
            }

            EvaluateGeneration(batch, cancellation);
            if (_search.Generation % _setup.Config.CheckpointInterval == 0)
            {
                SaveCheckpoint();
            }
        }
    }

    private void EvaluateGeneration(IReadOnlyList<MergeGenome> batch, CancellationToken cancellation)
    {
        var lap = _clock.StartLap();
        var outcomes = _evaluator.Evaluate(batch, _search.Generation, cancellation);
        var summary = _search.Tell([.. outcomes.Select(outcome => outcome.Fitness)]);
        var best = _search.Best is { } leader ? _setup.Space.NameOf(leader.Genome) : null;
        var record = _progress.Add(summary, batch, outcomes, lap.Elapsed, best, _setup.Space.Fingerprint);
        NoteLowDiversity(summary);
        _events.Report(new GenerationCompleted(
            record,
            _setup.Config.Generations,
            _clock.EvaluationsPerSecond(_progress.EvaluationCount),
            TimeLeft.Of(_setup.Config, _search.Generation, _progress.EvaluationCount, _clock.Elapsed, _clock.MeanLap)));
    }

    /// <summary>The search replaces all children but one by newcomers; where that is not enough, nothing is.</summary>
    private void NoteLowDiversity(GenerationSummary summary)
    {
        // The first generation is what it is: the hand-made recipes.
        if (summary.Generation > 0 && summary.Diversity < _setup.Config.MinDiversity)
        {
            _notes.Add(FormattableString.Invariant(
                $"diversity fell below min_diversity, {_setup.Config.MinDiversity}, and newcomers could not restore it: ")
                + "elites and one child always stay, "
                + "and recipes of few techniques lie close together. "
                + "Raise population_size, allow more techniques, or lower min_diversity.");
        }
    }

    private string SaveCheckpoint()
    {
        var checkpoint = new Checkpoint(
            _setup.Identity,
            _search.Save(),
            [.. _progress.History],
            [.. _progress.Finalists],
            _evaluator.Cache.Used,
            _evaluator.Costs,
            _progress.EvaluationCount,
            _progress.CacheHitCount,
            _clock.Elapsed.TotalSeconds,
            [.. _notes.All.Except(_setup.SessionNotes)]);
        var path = _store.Write(checkpoint);
        if (_saved?.Path != path)
        {
            _events.Report(new CheckpointWritten(path, checkpoint.Generation));
        }

        _saved = (path, checkpoint.Generation);
        return path;
    }
}
