namespace Convergence.Evolution.Racing;

/// <summary>Who runs next in a <see cref="CaseRace"/>.</summary>
public enum RaceAllocation
{
    /// <summary>
    /// Optimal computing budget allocation (Chen, Lin, Yücesan and Chick, "Simulation budget allocation for further enhancing the
    /// efficiency of ordinal optimization", 2000): a rival's evaluations go as the inverse square of what it lacks to the leader, the
    /// leader's as the root of the sum of their squares. Of the rules measured it finds the best with the fewest evaluations.
    /// </summary>
    OptimalBudget,

    /// <summary>
    /// Thompson sampling: the one whose drawn ability is highest. Evaluations go to good configurations, which matters where they are of
    /// use themselves.
    /// </summary>
    Thompson,
}
