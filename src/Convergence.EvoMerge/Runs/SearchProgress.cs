using Convergence.Evolution.Search;
using Convergence.Evolution.Stopping;
using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Genomes;
using Convergence.EvoMerge.Results;
using Convergence.EvoMerge.Runs.Checkpoints;

namespace Convergence.EvoMerge.Runs;

/// <summary>What a run has found so far, and whether it should go on.</summary>
internal sealed class SearchProgress
{
    private readonly EvoMergeConfig _config;
    private readonly ConvergenceMonitor _monitor;
    private readonly List<GenerationRecord> _history;
    private readonly List<Finalist> _finalists;

    /// <param name="config">The job.</param>
    /// <param name="checkpoint">Where to go on from; <see langword="null"/> for a fresh run.</param>
    public SearchProgress(EvoMergeConfig config, Checkpoint? checkpoint)
    {
        _config = config;
        _monitor = new ConvergenceMonitor(config.ConvergenceThreshold, config.ConvergencePatience);
        _history = [.. checkpoint?.History ?? []];
        _finalists = [.. checkpoint?.Finalists ?? []];
        EvaluationCount = checkpoint?.EvaluationCount ?? 0;
        CacheHitCount = checkpoint?.CacheHitCount ?? 0;
    }

    public IReadOnlyList<GenerationRecord> History => _history;

    /// <summary>The best candidates so far, best first; of equals the earlier.</summary>
    public IReadOnlyList<Finalist> Finalists => _finalists;

    public int EvaluationCount { get; private set; }

    public int CacheHitCount { get; private set; }

    /// <summary>Why the search should end before its next generation; <see langword="null"/> while it should not.</summary>
    /// <param name="nextBatchSize">Candidates of the next generation: a budget of evaluations is never exceeded.</param>
    /// <param name="elapsed">Wall time so far.</param>
    public StopReason? ShouldStop(int nextBatchSize, TimeSpan elapsed)
    {
        if (_history.Count >= _config.Generations)
        {
            return StopReason.Generations;
        }

        if (_config.EarlyStopping && _monitor.HasConverged([.. _history.Select(record => record.Summary.BestFitness)]))
        {
            return StopReason.Converged;
        }

        // However little time there is, one generation makes a result.
        var outOfTime = _history.Count > 0 && elapsed.TotalMinutes >= (_config.Budget.Minutes ?? double.PositiveInfinity);
        return outOfTime || EvaluationCount + nextBatchSize > (_config.Budget.Evaluations ?? int.MaxValue) ? StopReason.Budget : null;
    }

    /// <summary>Takes a generation in.</summary>
    public GenerationRecord Add(
        GenerationSummary summary,
        IReadOnlyList<MergeGenome> batch,
        IReadOnlyList<CandidateOutcome> outcomes,
        TimeSpan elapsed,
        string? bestTechnique,
        Func<MergeGenome, string> fingerprint)
    {
        var evaluated = outcomes.Where(outcome => !outcome.IsHit).ToList();
        EvaluationCount += evaluated.Count;
        CacheHitCount += outcomes.Count - evaluated.Count;
        for (var index = 0; index < batch.Count; index++)
        {
            if (outcomes[index].Fitness is { } fitness)
            {
                Propose(new Finalist(batch[index], fitness), fingerprint);
            }
        }

        var record = new GenerationRecord(
            summary,
            evaluated.Count,
            outcomes.Count - evaluated.Count,
            evaluated.Sum(outcome => outcome.Score.MergeSeconds),
            evaluated.Sum(outcome => outcome.Score.ScoreSeconds),
            elapsed.TotalSeconds,
            bestTechnique);
        _history.Add(record);
        return record;
    }

    private void Propose(Finalist candidate, Func<MergeGenome, string> fingerprint)
    {
        var place = _finalists.FindIndex(finalist => candidate.Fitness > finalist.Fitness);
        place = place < 0 ? _finalists.Count : place;
        if (place >= _config.Finalists || _finalists.Exists(finalist => fingerprint(finalist.Genome) == fingerprint(candidate.Genome)))
        {
            return;
        }

        _finalists.Insert(place, candidate);
        if (_finalists.Count > _config.Finalists)
        {
            _finalists.RemoveAt(_config.Finalists);
        }
    }
}
