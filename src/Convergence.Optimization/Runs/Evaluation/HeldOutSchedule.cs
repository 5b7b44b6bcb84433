using Convergence.Optimization.Runs.Searching;

namespace Convergence.Optimization.Runs.Evaluation;

/// <summary>Calls the finalists for all held-out cases, case by case.</summary>
/// <param name="finalists">Configurations that have met all cases of the search.</param>
/// <param name="plan">The cases.</param>
internal sealed class HeldOutSchedule(IReadOnlyList<Entrant> finalists, CasePlan plan) : ICallSchedule
{
    private int _next;

    public CaseTask? Next()
    {
        if (_next == finalists.Count * plan.HeldOut.Length)
        {
            return null;
        }

        var task = new CaseTask(finalists[_next % finalists.Count], plan.Search.Length + (_next / finalists.Count));
        _next++;
        return task;
    }

    public void Tell(CaseTask task, CaseResult result)
    {
    }
}
