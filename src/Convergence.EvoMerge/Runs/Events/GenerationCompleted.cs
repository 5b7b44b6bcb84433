using Convergence.EvoMerge.Results;

namespace Convergence.EvoMerge.Runs;

/// <summary>A generation was told to the search.</summary>
/// <param name="Record">What the generation looked like.</param>
/// <param name="GenerationCount">Generations that the run will have when nothing ends it earlier.</param>
/// <param name="EvaluationsPerSecond">Over the generations of this process; 0 while unknown.</param>
/// <param name="Remaining">How long the remaining generations will take at this pace; <see langword="null"/> while unknown.</param>
public sealed record GenerationCompleted(
    GenerationRecord Record,
    int GenerationCount,
    double EvaluationsPerSecond,
    TimeSpan? Remaining) : RunEvent;
