using Convergence.Evolution.Search;

namespace Convergence.EvoMerge.Results;

/// <summary>A generation of a run.</summary>
/// <param name="Summary">What the search saw.</param>
/// <param name="EvaluationCount">Candidates merged and scored in this generation.</param>
/// <param name="CacheHitCount">Candidates whose scores were known.</param>
/// <param name="MergeSeconds">Time spent merging, summed over workers.</param>
/// <param name="ScoreSeconds">Time spent scoring, summed over workers.</param>
/// <param name="ElapsedSeconds">Wall time of the generation.</param>
/// <param name="BestTechnique">The technique of the best individual so far.</param>
public sealed record GenerationRecord(
    GenerationSummary Summary,
    int EvaluationCount,
    int CacheHitCount,
    double MergeSeconds,
    double ScoreSeconds,
    double ElapsedSeconds,
    string? BestTechnique);
