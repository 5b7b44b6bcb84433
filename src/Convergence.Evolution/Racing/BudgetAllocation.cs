namespace Convergence.Evolution.Racing;

/// <summary>The rule of <see cref="RaceAllocation.OptimalBudget"/>.</summary>
internal static class BudgetAllocation
{
    /// <summary>Lacks below this many standard deviations of the abilities count as that: nobody knows them so well.</summary>
    private const double LeastLack = 0.5;

    /// <summary>The configuration that has the fewest evaluations for what it should have.</summary>
    /// <param name="model">What is believed of all.</param>
    /// <param name="scores">What they have.</param>
    /// <param name="rivals">Those not beaten, at least two.</param>
    /// <param name="runnable">Those of them that have cases left, at least one.</param>
    public static int Next(AbilityModel model, CaseScores scores, IReadOnlyCollection<int> rivals, IEnumerable<int> runnable)
    {
        var leader = rivals.MaxBy(model.AbilityOf);
        var leaderShare = Math.Sqrt(rivals.Where(rival => rival != leader).Sum(rival => ShareOf(rival) * ShareOf(rival)));
        return runnable.MaxBy(index => (index == leader ? leaderShare : ShareOf(index)) / (scores.MetBy(index) + 1));

        double ShareOf(int rival)
        {
            var lack = Math.Max(model.AbilityOf(leader) - model.AbilityOf(rival), LeastLack * model.AbilityDeviation);
            return 1 / (lack * lack);
        }
    }
}
