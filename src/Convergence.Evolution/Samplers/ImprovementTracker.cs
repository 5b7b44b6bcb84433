using Convergence.Evolution.Pareto;
using Convergence.Evolution.Trials;

namespace Convergence.Evolution.Samplers;

/// <summary>Says of each trial, in the order of telling, whether it improved on those before. Not thread-safe.</summary>
internal sealed class ImprovementTracker
{
    private readonly List<double[]> _front = [];

    /// <summary>Whether a trial is complete and none before it is as good in all objectives.</summary>
    public bool Add(Trial trial, TrialHistory history)
    {
        if (trial.State != TrialState.Complete)
        {
            return false;
        }

        var losses = history.LossesOf(trial);
        if (_front.Exists(member => ParetoFront.NoWorse(member, losses)))
        {
            return false;
        }

        _front.RemoveAll(member => ParetoFront.NoWorse(losses, member));
        _front.Add(losses);
        return true;
    }
}
