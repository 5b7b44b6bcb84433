using Convergence.Evolution.Randomness;

namespace Convergence.Evolution.Selection;

/// <summary>
/// Tournament selection (Goldberg and Deb, "A comparative analysis of selection schemes used in genetic algorithms", 1991).
/// </summary>
public static class Tournament
{
    /// <summary>
    /// The index of the highest of <paramref name="size"/> different, uniformly drawn scores; of equals, the first drawn. Size 1 is a
    /// uniform draw, size <c>scores.Length</c> the maximum.
    /// </summary>
    public static int Select(ReadOnlySpan<double> scores, int size, SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, scores.Length);

        // The first steps of a Fisher-Yates shuffle: contestants are drawn without replacement.
        var contestants = Enumerable.Range(0, scores.Length).ToArray();
        var winner = -1;
        for (var drawn = 0; drawn < size; drawn++)
        {
            var pick = random.Next(drawn, contestants.Length);
            (contestants[drawn], contestants[pick]) = (contestants[pick], contestants[drawn]);
            if (winner < 0 || scores[contestants[drawn]] > scores[winner])
            {
                winner = contestants[drawn];
            }
        }

        return winner;
    }
}
