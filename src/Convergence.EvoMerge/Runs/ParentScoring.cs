using Convergence.EvoMerge.Fitness;
using Convergence.EvoMerge.Fitness.Cache;
using Convergence.EvoMerge.Fitness.Evaluation;
using Convergence.EvoMerge.Results;

namespace Convergence.EvoMerge.Runs;

/// <summary>Scores the parents as they are: on the search split to fix the fitness function, on the test split to compare.</summary>
internal sealed class ParentScoring(
    RunSetup setup, EvaluatorPool pool, BatchEvaluator batch, EvaluationLog log, IProgress<RunEvent> progress)
{
    /// <summary>Scores all parents on the search split.</summary>
    /// <returns>The fitness function of the run.</returns>
    public FitnessFunction Score(CancellationToken cancellation)
    {
        var names = setup.Models.All;
        progress.Report(new PhaseStarted(RunPhase.ScoringParents, names.Length));
        var costs = names.Select(batch.CostOfParent).ToList();
        var known = log.Scores.DistinctBy(score => score.Key).ToDictionary(score => score.Key, StringComparer.Ordinal);
        var scores = new CachedScore[names.Length];
        pool.Run(names.Length, (evaluator, parent) =>
        {
            var key = ScoreKey.Of("parent " + setup.Models.Identities[parent].ContentHash, setup.Search.Hash);
            scores[parent] = setup.Config.EnableCaching && known.TryGetValue(key, out var score)
                ? score
                : Evaluate(evaluator, parent, key, cancellation);
        });
        var values = scores.Select((score, parent) =>
            ObjectiveValues.Of(score.Tasks.Select(task => (task.Metric, task.Value)), costs[parent])).ToList();
        return new FitnessFunction(setup.Objectives.Weights, FitnessFunction.BestOf(values));
    }

    /// <summary>A parent with its results on a split, example by example.</summary>
    public ScoredModel ScoreOn(SplitTasks split, int parent, ModelEvaluator evaluator, CancellationToken cancellation)
    {
        var evaluation = evaluator.EvaluateParent(setup.Models.All[parent], split, cancellation);
        RefuseFailure(parent, evaluation.Failure);
        return new ScoredModel(
            setup.Models.Identities[parent].Name, ContestantRole.Parent, evaluation.Results, batch.CostOfParent(setup.Models.All[parent]));
    }

    private CachedScore Evaluate(ModelEvaluator evaluator, int parent, string key, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var evaluation = evaluator.EvaluateParent(setup.Models.All[parent], setup.Search, cancellation);
        RefuseFailure(parent, evaluation.Failure);
        var score = new CachedScore(
            key,
            [.. evaluation.Results.Select(result => new TaskValue(result.Task, result.Metric, result.Value))],
            null,
            evaluation.MergeSeconds,
            evaluation.ScoreSeconds);
        log.Append(score);
        progress.Report(new CandidateEvaluated(-1, "parent", null, false, 0, evaluation.ScoreSeconds, null));
        return score;
    }

    private void RefuseFailure(int parent, string? failure)
    {
        if (failure is not null)
        {
            throw new ConvergenceException(
                $"parent {setup.Models.Identities[parent].Name} ({setup.Models.All[parent]}) cannot be scored: {failure} "
                + "Fitness is relative to the parents, so every one of them must work.");
        }
    }
}
