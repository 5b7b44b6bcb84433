namespace Convergence.EvoMerge.Runs;

/// <summary>A run came to its end and not one candidate could be scored, so there is no champion.</summary>
public sealed class NoValidCandidateException(string message) : ConvergenceException(message);
