namespace Convergence.Optimization.Runs.Evaluation;

/// <summary>A configuration to be called for a case.</summary>
/// <param name="Entrant">The configuration.</param>
/// <param name="Case">The case's place in the run's order.</param>
internal sealed record CaseTask(Entrant Entrant, int Case);
