namespace Convergence.EvoMerge.Runs;

/// <summary>A phase begins.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Evaluations">Evaluations that the phase will make, as far as that is known; 0 otherwise.</param>
public sealed record PhaseStarted(RunPhase Phase, int Evaluations) : RunEvent;
