using System.Collections.Concurrent;
using System.Collections.Immutable;
using Convergence.Evolution.Search;
using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Fitness;
using Convergence.EvoMerge.Fitness.Evaluation;
using Convergence.EvoMerge.Genomes;
using Convergence.EvoMerge.Runs;
using Convergence.Tensors.Cpu;
using Convergence.Testing;

namespace Convergence.EvoMerge.Tests.Runs;

/// <summary>
/// The search space and the fitness of the shipped models, for comparing searches: every new recipe is merged and scored by the perplexity
/// of the answers to a seeded subset of the search split, mapped to fitness as in a run. What one search has scored is known to all.
/// </summary>
internal sealed class ShippedLandscape : IDisposable
{
    private readonly ConcurrentDictionary<string, double?> _known = new(StringComparer.Ordinal);
    private readonly List<CpuDevice> _devices = [];
    private readonly EvaluatorPool _pool;
    private readonly RunSetup _setup;
    private readonly FitnessFunction _fitness;

    /// <param name="examplesPerTask">Documents of each of the three tasks.</param>
    public ShippedLandscape(int examplesPerTask)
    {
        var workers = Math.Min(2, Environment.ProcessorCount);
        _pool = new EvaluatorPool(
            workers, workers, threads =>
                new ModelEvaluator(NewDevice(threads), RepositoryRoot.Path, batchTokens: 2048, TimeProvider.System));
        var config = EvoMergeConfigReader.Parse(Yaml(examplesPerTask), "shipped.yaml", RepositoryRoot.Combine("models"));
        _setup = RunSetup.Open(config, _pool.First);
        var parents = _setup.Models.All.Select(name =>
            ValuesOf(_pool.First.EvaluateParent(name, _setup.Search, CancellationToken.None))
            ?? throw new InvalidOperationException($"The shipped model {name} cannot be scored."));
        _fitness = new FitnessFunction(_setup.Objectives.Weights, FitnessFunction.BestOf([.. parents]));
    }

    public MergeGenomeSpace Space => _setup.Space;

    /// <summary>How many recipes have been merged and scored.</summary>
    public int ScoredCount => _known.Count;

    /// <summary>Runs searches side by side, each to its end; returns how many genomes each has asked for.</summary>
    public ImmutableArray<int> Run(IReadOnlyList<ISearch<MergeGenome>> searches, int generations)
    {
        var evaluations = new int[searches.Count];
        _pool.Run(searches.Count, (evaluator, index) =>
        {
            for (var generation = 0; generation < generations; generation++)
            {
                var batch = searches[index].Ask();
                evaluations[index] += batch.Count;
                searches[index].Tell([.. batch.Select(genome => FitnessOf(genome, evaluator))]);
            }
        });
        return [.. evaluations];
    }

    public void Dispose()
    {
        _pool.Dispose();
        _devices.ForEach(device => device.Dispose());
    }

    private CpuDevice NewDevice(int threadCount)
    {
        _devices.Add(new CpuDevice(threadCount));
        return _devices[^1];
    }

    /// <summary>Two searches that ask for one recipe at the same moment may both score it: the scores are equal.</summary>
    private double? FitnessOf(MergeGenome genome, ModelEvaluator evaluator) =>
        _known.GetOrAdd(Space.Fingerprint(genome), _ =>
            ValuesOf(evaluator.Evaluate(_setup.Recipes.ToRecipe(genome), _setup.Search, CancellationToken.None)) is { } values
                ? _fitness.Of(values)
                : null);

    private static ObjectiveValues? ValuesOf(Evaluation evaluation) => evaluation.Failure is null
        ? ObjectiveValues.Of(evaluation.Results.Select(result => (result.Metric, result.Value)), cost: null)
        : null;

    private static string Yaml(int examplesPerTask) => $"""
        name: shipped
        base: base
        models: [reasoning, memory_integration, adaptive_computation]
        tasks:
          search: {Tasks("search", examplesPerTask)}
          validation: {Tasks("validation", 1)}
          test: {Tasks("test", 1)}
        """;

    private static string Tasks(string split, int limit) =>
        "[" + string.Join(", ", new[] { "reasoning", "memory_integration", "adaptive_computation" }
            .Select(task => $"{{name: {task}, kind: perplexity, data: tasks/{task}.{split}.jsonl, limit: {limit}, seed: 1}}")) + "]";
}
