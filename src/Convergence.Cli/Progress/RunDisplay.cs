using Convergence.EvoMerge.Runs;

namespace Convergence.Cli.Progress;

/// <summary>
/// Shows a run while it works. Events come one at a time from whatever thread did the work; notices may come from any thread at any time.
/// </summary>
internal abstract class RunDisplay : IProgress<RunEvent>
{
    /// <summary>Shows the run for as long as <paramref name="work"/> takes.</summary>
    public virtual RunOutcome Show(Func<RunOutcome> work) => work();

    public abstract void Report(RunEvent value);

    /// <summary>Something that the user should see now.</summary>
    public abstract void Notice(string text);

    /// <summary>What a phase is called for readers.</summary>
    protected static string NameOf(RunPhase phase) => phase switch
    {
        RunPhase.Preparing => "preparing: models and tasks",
        RunPhase.ScoringParents => "scoring the parents",
        RunPhase.Evolving => "evolving",
        RunPhase.Validating => "ranking the finalists on the validation split",
        RunPhase.Testing => "testing champion, parents and plain average",
        RunPhase.Writing => "writing the results",
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, "Unknown phase."),
    };
}
