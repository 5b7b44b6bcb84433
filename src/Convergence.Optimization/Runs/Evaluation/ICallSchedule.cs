namespace Convergence.Optimization.Runs.Evaluation;

/// <summary>Says which configuration meets which case next. Not thread-safe.</summary>
internal interface ICallSchedule
{
    /// <summary>What to call next, given what was told so far; <see langword="null"/>: nothing more.</summary>
    CaseTask? Next();

    /// <summary>What came of it; told in the order of <see cref="Next"/>. The result is the entrant's already.</summary>
    void Tell(CaseTask task, CaseResult result);
}
