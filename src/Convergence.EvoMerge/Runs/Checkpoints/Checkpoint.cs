using System.Collections.Immutable;
using Convergence.Evolution.Search;
using Convergence.EvoMerge.Fitness.Cache;
using Convergence.EvoMerge.Genomes;
using Convergence.EvoMerge.Results;

namespace Convergence.EvoMerge.Runs.Checkpoints;

/// <summary>
/// A run at the end of a generation: everything that it needs to go on as if it had never stopped. Genomes, not weights: a checkpoint has
/// kilobytes. The file's format is docs/formats/checkpoint.md.
/// </summary>
/// <param name="Job">What the run works on.</param>
/// <param name="Search">The state of the search, its generator included.</param>
/// <param name="History">One record a generation.</param>
/// <param name="Finalists">The best candidates so far, best first.</param>
/// <param name="Scores">Every score that the run used or made.</param>
/// <param name="Costs">Every measurement of a model shape.</param>
/// <param name="EvaluationCount">Candidates merged and scored.</param>
/// <param name="CacheHitCount">Candidates whose scores were known.</param>
/// <param name="ElapsedSeconds">Wall time so far, resumed parts included.</param>
/// <param name="Notes">What the run has said aloud.</param>
public sealed record Checkpoint(
    JobIdentity Job,
    SearchState<MergeGenome> Search,
    ImmutableArray<GenerationRecord> History,
    ImmutableArray<Finalist> Finalists,
    ImmutableArray<CachedScore> Scores,
    ImmutableArray<CachedCost> Costs,
    int EvaluationCount,
    int CacheHitCount,
    double ElapsedSeconds,
    ImmutableArray<string> Notes)
{
    /// <summary>Generations told so far.</summary>
    public int Generation => Search.Generation;

    /// <summary>
    /// By what this checkpoint and another of the same job show that they are of two runs. Equal jobs run equally, but for speeds that were
    /// measured, which decide what follows.
    /// </summary>
    /// <returns>Empty when both can be of one run.</returns>
    public ImmutableArray<string> ContradictionsTo(Checkpoint other)
    {
        var measured = other.Costs.ToDictionary(cost => cost.Shape, cost => cost.Cost, StringComparer.Ordinal);
        var costs = Costs.Where(cost => measured.TryGetValue(cost.Shape, out var found) && found != cost.Cost)
            .Select(cost => FormattableString.Invariant(
                $"it measured {cost.Cost.TokensPerSecond:0.#} tokens a second for the shape {cost.Shape}, ")
                + FormattableString.Invariant($"not {measured[cost.Shape].TokensPerSecond:0.#}"));
        var records = History.Zip(other.History).Where(pair => Course(pair.First) != Course(pair.Second)).Take(1)
            .Select(pair => FormattableString.Invariant(
                $"its generation {pair.First.Summary.Generation + 1} had the mean fitness {pair.First.Summary.MeanFitness ?? double.NaN}, ")
                + FormattableString.Invariant($"not {pair.Second.Summary.MeanFitness ?? double.NaN}"));
        return [.. costs, .. records];
    }

    private static (double? Best, double? Mean, double Diversity) Course(GenerationRecord record) =>
        (record.Summary.BestFitness, record.Summary.MeanFitness, record.Summary.Diversity);
}
