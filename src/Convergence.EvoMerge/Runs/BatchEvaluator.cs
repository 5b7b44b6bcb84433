using System.Collections.Immutable;
using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Fitness;
using Convergence.EvoMerge.Fitness.Cache;
using Convergence.EvoMerge.Fitness.Evaluation;
using Convergence.EvoMerge.Genomes;
using Convergence.EvoMerge.Results;
using Convergence.LanguageModels;
using Convergence.Merging;
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
        var recipes = todo.ConvertAll(index => setup.Recipes.ToRecipe(batch[index]));
        for (var done = 0; done < todo.Count;)
        {
            var first = done;
            var merged = resources.Merger.Merge(recipes[first..], cancellation);
            resources.Merger.MergeAhead(recipes[(first + merged.Count)..], cancellation);
            var stacks = CandidateStacks.Of(merged, resources.Pool.First.MostTogether);
            resources.Pool.Run(stacks.Count, (evaluator, item) =>
            {
                cancellation.ThrowIfCancellationRequested();
                var stack = stacks[item];
                var evaluations = evaluator.Evaluate([.. stack.Select(place => merged[place])], setup.Search, cancellation);
                for (var member = 0; member < stack.Length; member++)
                {
                    var index = todo[first + stack[member]];
                    scores[index] = Record(evaluations[member], merged[stack[member]], batch[index], keys[index]);
                    Report(batch[index], scores[index]!, generation, fromCache: false);
                }
            });
            done += merged.Count;
        }

        todo.ForEach(index => Cache.Add(scores[index]!));
        return [.. batch.Select((genome, index) => Conclude(genome, keys[index], scores[index], isHit[index], generation))];
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
                var (mergedConfig, weights) = resources.Pool.First.Merge(setup.Recipes.ToRecipe(genome), cancellation);
                var shape = CostMeter.ShapeOf(mergedConfig, weights);
                Measure(shape, () =>
                    resources.Devices.Alone(device => CostMeter.Find(device, setup.Config.Speed, mergedConfig, weights, Options)));
                _shapeOfRecipe[DepthKey(genome)] = shape;
            }
            catch (ConvergenceException exception) when (exception is not DeviceException { IsLost: true })
            {
                // Its evaluation will fail the same way and be counted as missing.
                notes.Add($"a candidate's shape could not be measured: {exception.Message}");
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
        return Measure(
            shape,
            () => resources.Devices.Alone(device => CostMeter.Find(device, setup.Config.Speed, parent.Config, parent.Weights, Options)));
    }

    /// <summary>Whether speed or memory count.</summary>
    private bool NeedsCost => setup.Objectives.NeedsCost;

    private string KeyOf(MergeGenome genome) => ScoreKey.Of(RecipeWriter.ToYaml(setup.Addresses.ToRecipe(genome)), setup.Search.Hash);

    private LanguageModelOptions Options => new() { MaxBatchRows = setup.Config.BatchTokens };

    private static string DepthKey(MergeGenome genome) =>
        genome.Technique == MergeTechnique.FrankenMerge ? FormattableString.Invariant($"layers {genome.Layers.Length}") : "whole";

    private CandidateOutcome Conclude(MergeGenome genome, string key, CachedScore? score, bool isHit, int generation)
    {
        // A twin of another member of the batch has no score of its own yet; the cache has the other's.
        isHit |= score is null;
        score ??= Cache.Find(key, out _)!;
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
            evaluation.ScoreSeconds);
        resources.Log.Append(score);
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

    private ShapeCost Measure(string shape, Func<ShapeCost> find)
    {
        if (!_costs.TryGetValue(shape, out var cost))
        {
            cost = find();
            _costs.Add(shape, cost);
            resources.Log.Append(new CachedCost(shape, cost));
        }

        return cost;
    }
}
