namespace Convergence.Optimization.Runs.Events;

/// <summary>A generation ended.</summary>
/// <param name="Generation">1-based.</param>
/// <param name="Of">How many there are at most.</param>
/// <param name="BestScore">Of the run so far.</param>
/// <param name="MeanScore">Of the generation.</param>
/// <param name="Spent">So far.</param>
/// <param name="Left">About how long the run still takes; <see langword="null"/> when nobody knows.</param>
public sealed record GenerationFinished(
    int Generation, int Of, double? BestScore, double? MeanScore, SpendSummary Spent, TimeSpan? Left) : OptimizationEvent;
