namespace Convergence.Evolution.Racing;

/// <summary>
/// Evidence that one configuration scores higher than another on the mean, from paired differences: the wealth of a gambler who bets on
/// it against odds that are fair if it is not so (Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting",
/// 2024). By Ville's inequality the wealth ever reaches 1 / alpha with probability at most alpha when the first is no better, however often
/// one looks and whenever one stops.
/// </summary>
public static class BettingEvidence
{
    /// <summary>The wealth, at least 0; 1 says nothing.</summary>
    /// <param name="first">Scores in the order of the cases; NaN where there is none.</param>
    /// <param name="second">Scores on the same cases; what one has more than the other is ignored.</param>
    /// <param name="range">The largest difference that two scores can have, above 0.</param>
    /// <exception cref="ArgumentException">Two scores differ by more than the range.</exception>
    public static double ThatFirstIsBetter(ReadOnlySpan<double> first, ReadOnlySpan<double> second, double range = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(range);

        // One imagined bet of half the range either way keeps the first bets small.
        var (wealth, sum, squares, count) = (1.0, 0.0, 0.25, 1);
        for (var index = 0; index < Math.Min(first.Length, second.Length); index++)
        {
            var difference = (first[index] - second[index]) / range;
            if (double.IsNaN(difference))
            {
                continue;
            }

            if (Math.Abs(difference) > 1 + 1e-9)
            {
                throw new ArgumentException(
                    $"Two scores differ by {Math.Abs(difference) * range}, more than the range {range}.", nameof(range));
            }

            // The growth-optimal bet to second order, mean / mean square, of the differences before this one.
            var bet = Math.Clamp(sum / count / (squares / count), 0, 0.75);
            wealth *= 1 + (bet * difference);
            (sum, squares, count) = (sum + difference, squares + (difference * difference), count + 1);
        }

        return wealth;
    }
}
