namespace Convergence.Bench.Search;

/// <summary>Means over the runs of a race.</summary>
/// <param name="HalvingCalls">Evaluations of successive halving.</param>
/// <param name="HalvingRegret">What its winner's true rate lacks to the best.</param>
/// <param name="Calls">Evaluations of the race.</param>
/// <param name="Regret">What its winner's true rate lacks to the best.</param>
/// <param name="NaiveExcess">How much the winner's mean over its cases exceeds its true rate.</param>
/// <param name="Excess">How much its corrected estimate does.</param>
/// <param name="Covered">How often the interval of 95 % holds the true rate.</param>
/// <param name="Width">The interval's width.</param>
internal sealed record RacingResult(
    double HalvingCalls, double HalvingRegret, double Calls, double Regret,
    double NaiveExcess, double Excess, double Covered, double Width);
