using Convergence.Optimization.Configuration;
using Convergence.Optimization.Runs.Events;
using Convergence.Optimization.Runs.Searching;

namespace Convergence.Optimization.Runs;

/// <summary>What the parts of one run share.</summary>
/// <param name="Config">What to optimise.</param>
/// <param name="Parts">What it works with.</param>
/// <param name="Plan">The cases.</param>
/// <param name="Objectives">What counts.</param>
/// <param name="Window">How many calls may be decided on before the first of them is told.</param>
/// <param name="Progress">Who is told what happens.</param>
internal sealed record RunSetup(
    OptimizationConfig Config, RunParts Parts, CasePlan Plan, Objectives Objectives, int Window, IProgress<OptimizationEvent> Progress)
{
    public SearchConfig Search => Config.Optimization;
}
