using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Fitness;
using Convergence.EvoMerge.Fitness.Cache;
using Convergence.EvoMerge.Fitness.Evaluation;
using Convergence.EvoMerge.Genomes;
using Convergence.EvoMerge.Results;
using Convergence.LanguageModels;
using Convergence.Merging;
using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.EvoMerge.Runs;

/// <summary>
/// Turns a batch of genomes into fitness: looks scores up, merges and scores what is new on all evaluators, and logs every outcome before
/// anybody uses it. Outcomes depend neither on the number of evaluators nor on the order in which they finish.
/// </summary>
internal sealed class BatchEvaluator(
    RunSetup setup, RunResources resources, RunNotes notes, IProgress<RunEvent> progress)
{
    private readonly Dictionary<string, ShapeCost> _costs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _shapeOfRecipe = new(StringComparer.Ordinal);

    /// <summary>The scores that are known.</summary>
    public ScoreCache Cache { get; } = new();

    /// <summary>Maps scores to fitness; set once the parents are scored.</summary>
    public FitnessFunction? Fitness { get; set; }

    /// <summary>Every measurement of this run.</summary>
    public ImmutableArray<CachedCost> Costs =>
        [.. _costs.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new CachedCost(pair.Key, pair.Value))];

    /// <summary>What merging cost and saved.</summary>
    public MergeSavings Savings => resources.Merger.Savings;

    /// <summary>Gives back what the last batch holds in memory, for work that needs no batch.</summary>
    public void Release() => resources.Merger.ReleaseTargets();

    /// <summary>Takes measurements over; the first of a shape holds.</summary>
    public void RestoreCosts(IEnumerable<CachedCost> costs)
    {
        foreach (var cost in costs)
        {
            _costs.TryAdd(cost.Shape, cost.Cost);
        }
    }

    /// <summary>The outcomes of a batch, in its order.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; what had finished is in the log.</exception>
    /// <exception cref="NoValidCandidateException">Most of the batch is new, and memory ran short for all that is.</exception>
    public ImmutableArray<CandidateOutcome> Evaluate(IReadOnlyList<MergeGenome> batch, int generation, CancellationToken cancellation)
    {
        var keys = batch.Select(KeyOf).ToArray();
        var scores = new CachedScore?[batch.Count];
        var isHit = new bool[batch.Count];
        var todo = new List<int>();
        for (var index = 0; index < batch.Count; index++)
        {
            scores[index] = setup.Config.EnableCaching ? Cache.Find(keys[index], out isHit[index]) : null;

            // A twin in the batch is evaluated once; the others find it in the cache afterwards.
            if (scores[index] is null && (!setup.Config.EnableCaching || Array.IndexOf(keys, keys[index]) == index))
            {
                todo.Add(index);
            }
        }

        MeasureNewShapes(batch, cancellation);
        var recipes = todo.ConvertAll(index => (index, setup.Recipes.ToRecipe(batch[index])));
        MergeAndScore(
            recipes,
            (index, candidate, evaluation) =>
            {
                scores[index] = Record(evaluation, candidate, batch[index], keys[index]);
                Report(batch[index], scores[index]!, generation, fromCache: false);
            },
            cancellation);
        RefuseShortage(todo.ConvertAll(index => scores[index]!), batch.Count);
        todo.Where(index => scores[index]!.IsKept).ToList().ForEach(index => Cache.Add(scores[index]!));
        return
        [
            .. batch.Select((genome, index) => scores[index] is { } score
                ? Conclude(genome, score, isHit[index], generation)
                : Conclude(genome, scores[Array.IndexOf(keys, keys[index])]!, isHit: true, generation)),
        ];
    }

    /// <summary>
    /// Measures the shapes of a batch that are new: alone on the machine, before the batch is spread over the evaluators.
    /// </summary>
    public void MeasureNewShapes(IReadOnlyList<MergeGenome> batch, CancellationToken cancellation)
    {
        if (!NeedsCost)
        {
            return;
        }

        foreach (var genome in batch.Where(genome => !_shapeOfRecipe.ContainsKey(DepthKey(genome))).DistinctBy(DepthKey))
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                _shapeOfRecipe[DepthKey(genome)] = WithRoom(() => MeasureShape(setup.Recipes.ToRecipe(genome), cancellation));
            }
            catch (ConvergenceException exception) when (exception is not DeviceException { IsLost: true })
            {
                // Its evaluation will fail the same way and be counted as missing.
                notes.Add($"a candidate's shape could not be measured: {exception.Message}");
            }
            finally
            {
                resources.Pool.First.ReleaseWeights();
            }
        }
    }

    /// <summary>The fitness of a candidate that this run has evaluated; <see langword="null"/> when it has not, or it failed.</summary>
    public double? KnownFitness(MergeGenome genome) => Cache.Peek(KeyOf(genome)) is { } score ? FitnessOf(genome, score) : null;

    /// <summary>What the shape of merges of a recipe costs; <see langword="null"/> when costs do not count.</summary>
    public ShapeCost? CostOf(MergeGenome genome) =>
        NeedsCost && _shapeOfRecipe.TryGetValue(DepthKey(genome), out var shape) ? _costs.GetValueOrDefault(shape) : null;

    /// <summary>What the shape of a parent costs; <see langword="null"/> when costs do not count.</summary>
    public ShapeCost? CostOfParent(string name)
    {
        if (!NeedsCost)
        {
            return null;
        }

        var parent = resources.Pool.First.Parents.Get(name);
        var shape = CostMeter.ShapeOf(parent.Config, parent.Weights);
        return WithRoom(() => Measure(shape, parent.Config, parent.Weights));
    }

    /// <summary>Whether speed or memory count.</summary>
    private bool NeedsCost => setup.Objectives.NeedsCost;

    private string KeyOf(MergeGenome genome) => ScoreKey.Of(RecipeWriter.ToYaml(setup.Addresses.ToRecipe(genome)), setup.Search.Hash);

    private LanguageModelOptions Options => new() { MaxBatchRows = setup.Config.BatchTokens };

    private static string DepthKey(MergeGenome genome) =>
        genome.Technique == MergeTechnique.FrankenMerge ? FormattableString.Invariant($"layers {genome.Layers.Length}") : "whole";

    // Whatever finds no room beside others is merged and scored again, with less at once, as long as there is less.
    private void MergeAndScore(
        List<(int Index, MergeRecipe Recipe)> waiting,
        Action<int, MergedCandidate, Evaluation> record,
        CancellationToken cancellation)
    {
        while (waiting.Count > 0)
        {
            var merged = resources.Merger.Merge(waiting.ConvertAll(item => item.Recipe), cancellation);
            resources.Merger.MergeAhead(waiting[merged.Count..].ConvertAll(item => item.Recipe), cancellation);
            var stacks = CandidateStacks.Of(merged, resources.Pool.First.MostTogether);
            var withoutRoom = new Evaluation?[merged.Count];
            resources.Pool.Run(stacks.Count, (evaluator, item) =>
            {
                cancellation.ThrowIfCancellationRequested();
                var stack = stacks[item];
                var evaluations = evaluator.Evaluate([.. stack.Select(place => merged[place])], setup.Search, cancellation);
                foreach (var (place, evaluation) in stack.Zip(evaluations))
                {
                    if (evaluation.IsOutOfMemory)
                    {
                        withoutRoom[place] = evaluation;
                    }
                    else
                    {
                        record(waiting[place].Index, merged[place], evaluation);
                    }
                }
            });
            var failed = Enumerable.Range(0, merged.Count).Where(place => withoutRoom[place] is not null).ToList();
            var again = failed.Count > 0 && resources.Merger.TakeLess() ? failed.ConvertAll(place => waiting[place]) : [];
            if (again.Count == 0)
            {
                failed.ForEach(place => record(waiting[place].Index, merged[place], withoutRoom[place]!));
            }

            waiting = [.. again, .. waiting[merged.Count..]];
        }
    }

    // Some may be deeper than the others. When none finds room, none of the next generation would either.
    private static void RefuseShortage(List<CachedScore> scores, int batchCount)
    {
        if (2 * scores.Count > batchCount && scores.TrueForAll(score => !score.IsKept))
        {
            throw new NoValidCandidateException(
                $"memory ran short for every candidate of a generation, also for one at a time: {scores[^1].Failure} "
                + "Then go on from the checkpoint (--resume latest).");
        }
    }

    private CandidateOutcome Conclude(MergeGenome genome, CachedScore score, bool isHit, int generation)
    {
        if (isHit)
        {
            Report(genome, score, generation, fromCache: true);
        }

        return new CandidateOutcome(score, FitnessOf(genome, score), isHit);
    }

    private double? FitnessOf(MergeGenome genome, CachedScore score) =>
        score.Failure is null
            ? Fitness?.Of(ObjectiveValues.Of(score.Tasks.Select(task => (task.Metric, task.Value)), CostOf(genome)))
            : null;

    private CachedScore Record(Evaluation evaluation, MergedCandidate candidate, MergeGenome genome, string key)
    {
        var score = new CachedScore(
            key,
            [.. evaluation.Results.Select(result => new TaskValue(result.Task, result.Metric, result.Value))],
            evaluation.Failure,
            evaluation.MergeSeconds,
            evaluation.ScoreSeconds)
        {
            IsKept = !evaluation.IsOutOfMemory,
        };
        if (score.IsKept)
        {
            resources.Log.Append(score);
        }

        if (evaluation.Failure is { } failure)
        {
            notes.Add($"a candidate ({genome.Technique}) failed and counts as missing: {failure}");
        }
        else if (candidate.Note is not null && genome.Technique == MergeTechnique.Slerp)
        {
            notes.Add("slerp is nearly linear here: on some tensors the models' directions agree so closely that it falls back to lerp.");
        }

        return score;
    }

    private void Report(MergeGenome genome, CachedScore score, int generation, bool fromCache) => progress.Report(new CandidateEvaluated(
        generation,
        setup.Recipes.NameOf(genome),
        FitnessOf(genome, score),
        fromCache,
        fromCache ? 0 : score.MergeSeconds,
        fromCache ? 0 : score.ScoreSeconds,
        score.Failure));

    // What the last batch was merged into is held for speed alone, between two batches.
    private T WithRoom<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (DeviceException exception) when (exception.IsOutOfMemory)
        {
            resources.Merger.ReleaseTargets();
            return work();
        }
    }

    private string MeasureShape(MergeRecipe recipe, CancellationToken cancellation)
    {
        var (config, weights) = resources.Pool.First.Merge(recipe, cancellation);
        var shape = CostMeter.ShapeOf(config, weights);
        Measure(shape, config, weights);
        return shape;
    }

    private ShapeCost Measure(string shape, JsonObject config, ITensorSource weights)
    {
        if (!_costs.TryGetValue(shape, out var cost))
        {
            cost = resources.Devices.Alone(device => CostMeter.Find(device, setup.Config.Speed, config, weights, Options));
            _costs.Add(shape, cost);
            resources.Log.Append(new CachedCost(shape, cost));
        }

        return cost;
    }
}
