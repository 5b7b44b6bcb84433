namespace Convergence.Evolution.Racing;

/// <summary>
/// Optimal computing budget allocation (Chen, Lin, Yücesan and Chick, "Simulation budget allocation for further enhancing the efficiency
/// of ordinal optimization", 2000): a rival's evaluations go as the inverse square of what it lacks to the leader, the leader's as the root
/// of the sum of their squares.
/// </summary>
internal static class BudgetAllocation
{
    /// <summary>Lacks below this many standard deviations of the abilities count as that: nobody knows them so well.</summary>
    private const double LeastLack = 0.3;

    /// <summary>How much each configuration should be evaluated, up to a factor.</summary>
    /// <param name="model">What is believed of all.</param>
    /// <param name="rivals">Who races.</param>
    /// <param name="leader">The best of them.</param>
    /// <returns>A share for each configuration of the model; 0 for those that do not race.</returns>
    public static double[] SharesOf(CaseResponseModel model, IReadOnlyCollection<int> rivals, int leader)
    {
        var shares = new double[model.ConfigurationCount];
        var squares = 0.0;
        foreach (var rival in rivals.Where(rival => rival != leader))
        {
            var lack = Math.Max(model.AbilityOf(leader) - model.AbilityOf(rival), LeastLack * model.AbilityDeviation);
            shares[rival] = 1 / (lack * lack);
            squares += shares[rival] * shares[rival];
        }

        shares[leader] = Math.Sqrt(squares);
        return shares;
    }
}
