namespace Convergence.Bench.Search;

/// <summary>
/// What a race over test cases comes to, or the means over its runs. Regrets are what the winner's true rate lacks to the best.
/// </summary>
internal sealed record RacingResult
{
    /// <value>Of successive halving, and the budget of the races.</value>
    public required double HalvingCalls { get; init; }

    public required double HalvingRegret { get; init; }

    /// <value>Of the sequential Wilcoxon test.</value>
    public required double WilcoxonCalls { get; init; }

    public required double WilcoxonRegret { get; init; }

    /// <value>Of all configurations on all cases.</value>
    public required double WholeRegret { get; init; }

    /// <value>Of the race.</value>
    public required double Calls { get; init; }

    public required double Regret { get; init; }

    /// <value>Of somebody who knows the six best beforehand and evaluates no others.</value>
    public required double InsiderRegret { get; init; }

    /// <value>How much the winner's mean over its cases exceeds its true rate.</value>
    public required double NaiveExcess { get; init; }

    /// <value>How much its corrected estimate does.</value>
    public required double Excess { get; init; }

    /// <value>How often the interval of 95 % holds the true rate.</value>
    public required double Covered { get; init; }

    /// <value>The interval's width.</value>
    public required double Width { get; init; }

    /// <value>The race's regret less the Wilcoxon test's, in standard errors of the mean over runs.</value>
    public double Difference { get; init; }

    public static RacingResult Mean(IReadOnlyList<RacingResult> runs)
    {
        double[] differences = [.. runs.Select(run => run.Regret - run.WilcoxonRegret)];
        var mean = differences.Average();
        var error = Math.Sqrt(differences.Average(difference => (difference - mean) * (difference - mean)) / runs.Count);
        return new RacingResult
        {
            HalvingCalls = runs.Average(run => run.HalvingCalls),
            HalvingRegret = runs.Average(run => run.HalvingRegret),
            WilcoxonCalls = runs.Average(run => run.WilcoxonCalls),
            WilcoxonRegret = runs.Average(run => run.WilcoxonRegret),
            WholeRegret = runs.Average(run => run.WholeRegret),
            Calls = runs.Average(run => run.Calls),
            Regret = runs.Average(run => run.Regret),
            InsiderRegret = runs.Average(run => run.InsiderRegret),
            NaiveExcess = runs.Average(run => run.NaiveExcess),
            Excess = runs.Average(run => run.Excess),
            Covered = runs.Average(run => run.Covered),
            Width = runs.Average(run => run.Width),
            Difference = mean / error,
        };
    }
}
