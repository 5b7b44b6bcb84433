namespace Convergence.EvoMerge.Runs;

/// <summary>A candidate has its outcome.</summary>
/// <param name="Generation">0-based number of its generation; -1 outside the search (parents, finalists, tests).</param>
/// <param name="Technique">Its technique; what it is (<c>parent</c>, for example) outside the search.</param>
/// <param name="Fitness">Its fitness; <see langword="null"/> when it failed.</param>
/// <param name="FromCache">Whether its scores were known.</param>
/// <param name="MergeSeconds">Time spent merging.</param>
/// <param name="ScoreSeconds">Time spent scoring.</param>
/// <param name="Failure">Why it failed; <see langword="null"/> when it did not.</param>
public sealed record CandidateEvaluated(
    int Generation,
    string Technique,
    double? Fitness,
    bool FromCache,
    double MergeSeconds,
    double ScoreSeconds,
    string? Failure) : RunEvent;
