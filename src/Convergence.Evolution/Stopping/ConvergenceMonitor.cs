namespace Convergence.Evolution.Stopping;

/// <summary>
/// Says when a search has converged: its best fitness rose by less than <see cref="Threshold"/> over the last
/// <see cref="Patience"/> generations. A pure function of the history, so nothing of it needs saving.
/// </summary>
public sealed class ConvergenceMonitor
{
    /// <param name="threshold">The least gain that counts as progress, at least 0, in the unit of the fitness.</param>
    /// <param name="patience">Generations without progress that are put up with, at least 1.</param>
    public ConvergenceMonitor(double threshold, int patience)
    {
        if (!double.IsFinite(threshold) || threshold < 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(threshold), threshold, "The convergence threshold is a finite number, at least 0.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(patience, 1);
        (Threshold, Patience) = (threshold, patience);
    }

    public double Threshold { get; }

    public int Patience { get; }

    /// <summary>
    /// Whether the run has converged, from the best fitness so far after each generation (<see langword="null"/> while every evaluation
    /// has failed). A run with no valid outcome at all has not converged.
    /// </summary>
    public bool HasConverged(IReadOnlyList<double?> bestFitness)
    {
        ArgumentNullException.ThrowIfNull(bestFitness);
        if (bestFitness.Count <= Patience)
        {
            return false;
        }

        return bestFitness[^1] is { } last && bestFitness[^(Patience + 1)] is { } before && last - before < Threshold;
    }
}
