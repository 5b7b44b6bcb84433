using Convergence.Optimization.Runs;
using Convergence.Optimization.Runs.Events;

namespace Convergence.Cli.Optimizing;

/// <summary>Remembers the best configuration of a run that may be cancelled.</summary>
internal sealed class BestSoFar : IProgress<OptimizationEvent>
{
    /// <value><see langword="null"/> while none was scored on all cases.</value>
    public ConfigurationOutcome? Outcome { get; private set; }

    public void Report(OptimizationEvent value)
    {
        if (value is ConfigurationFinished { Outcome: { IsPruned: false, Score: { } score } outcome } && !(score <= Outcome?.Score))
        {
            Outcome = outcome;
        }
    }
}
