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
}
