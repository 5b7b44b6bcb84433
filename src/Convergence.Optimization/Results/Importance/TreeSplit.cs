using System.Collections.Immutable;

namespace Convergence.Optimization.Results.Importance;

/// <summary>A way to divide rows in two.</summary>
/// <param name="Column">By which column.</param>
/// <param name="Threshold">Of a number.</param>
/// <param name="Choices">Of a choice.</param>
/// <param name="Gain">By how much it lowers the sum of squared differences from the mean.</param>
internal readonly record struct TreeSplit(int Column, double Threshold, ulong Choices, double Gain)
{
    /// <summary>The best one by a column; its gain is 0 where the column cannot divide.</summary>
    /// <param name="table">All rows.</param>
    /// <param name="rows">Those to divide.</param>
    /// <param name="column">The column.</param>
    /// <param name="leastRows">How many rows either side has at least.</param>
    public static TreeSplit Best(ScoredTable table, IReadOnlyList<int> rows, int column, int leastRows)
    {
        var values = table.Columns[column].Values;
        return table.Columns[column].IsChoice
            ? BestOfChoices(table, rows, column, leastRows)
            : BestOfRun(column, [.. rows.OrderBy(row => values[row])], row => values[row], table.Scores, leastRows);
    }

    // Ordered by their mean scores, the best division of choices lies between two neighbours (Fisher, 1958).
    private static TreeSplit BestOfChoices(ScoredTable table, IReadOnlyList<int> rows, int column, int leastRows)
    {
        var values = table.Columns[column].Values;
        var ordered = rows.GroupBy(row => (int)values[row])
            .OrderBy(group => group.Average(row => table.Scores[row])).ThenBy(group => group.Key).ToList();
        var rank = new double[ScoredTable.MostChoices];
        for (var index = 0; index < ordered.Count; index++)
        {
            rank[ordered[index].Key] = index;
        }

        var best = BestOfRun(column, [.. ordered.SelectMany(group => group)], row => rank[(int)values[row]], table.Scores, leastRows);
        return best with
        {
            Choices = ordered.Where((_, index) => index < best.Threshold).Aggregate(0UL, (bits, group) => bits | (1UL << group.Key)),
        };
    }

    private static TreeSplit BestOfRun(
        int column, ImmutableArray<int> ordered, Func<int, double> key, ImmutableArray<double> scores, int leastRows)
    {
        var total = ordered.Sum(row => scores[row]);
        var best = new TreeSplit(column, 0, 0, 0);
        var below = 0.0;
        for (var count = 1; count < ordered.Length; count++)
        {
            below += scores[ordered[count - 1]];
            var (left, right) = (key(ordered[count - 1]), key(ordered[count]));
            if (right > left && count >= leastRows && ordered.Length - count >= leastRows)
            {
                var gain = (below * below / count) + ((total - below) * (total - below) / (ordered.Length - count))
                    - (total * total / ordered.Length);
                best = gain > best.Gain ? new TreeSplit(column, (left + right) / 2, 0, gain) : best;
            }
        }

        return best;
    }
}
