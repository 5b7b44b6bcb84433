using Convergence.EvoMerge.Results;

namespace Convergence.EvoMerge.Runs;

/// <summary>How a run ended.</summary>
/// <param name="StopReason">Why it ended.</param>
/// <param name="Summary">What it found; <see langword="null"/> exactly when it was cancelled.</param>
/// <param name="CheckpointPath">The checkpoint to resume from: <c>--resume</c> takes it.</param>
/// <param name="OutputDirectory">Where the results are; <see langword="null"/> exactly when it was cancelled.</param>
public sealed record RunOutcome(StopReason StopReason, RunSummary? Summary, string CheckpointPath, string? OutputDirectory);
