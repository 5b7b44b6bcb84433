using System.Collections.Immutable;
using Convergence.Evolution.Randomness;

namespace Convergence.Optimization.Results.Importance;

/// <summary>Regression trees, each grown from rows drawn with replacement (Breiman, "Random Forests", 2001).</summary>
/// <param name="Trees">The trees' roots.</param>
/// <param name="Explained">The share of the variance that trees explain of rows that they were not grown from.</param>
internal sealed record RegressionForest(ImmutableArray<TreeNode> Trees, double Explained)
{
    private const int LeastRowsOfLeaf = 3;

    // Some columns are hidden from each question, so that trees differ.
    private const double ColumnShare = 2.0 / 3;

    // A gain below this is rounding.
    private const double LeastGain = 1e-12;

    public static RegressionForest Grow(ScoredTable table, int treeCount, SearchRandom random)
    {
        var count = table.Scores.Length;
        var trees = ImmutableArray.CreateBuilder<TreeNode>(treeCount);
        var (sums, votes) = (new double[count], new int[count]);
        for (var index = 0; index < treeCount; index++)
        {
            var drawn = new int[count];
            for (var row = 0; row < count; row++)
            {
                drawn[row] = random.Next(count);
            }

            var tree = Grow(table, drawn, random);
            trees.Add(tree);
            foreach (var row in Enumerable.Range(0, count).Except(drawn))
            {
                sums[row] += Predict(tree, table, row);
                votes[row]++;
            }
        }

        return new RegressionForest(trees.ToImmutable(), ExplainedShare(table.Scores, sums, votes));
    }

    private static double ExplainedShare(ImmutableArray<double> scores, double[] sums, int[] votes)
    {
        var judged = Enumerable.Range(0, scores.Length).Where(row => votes[row] > 0).ToList();
        var mean = judged.Average(row => scores[row]);
        var spread = judged.Sum(row => Math.Pow(scores[row] - mean, 2));
        return spread > 0 ? 1 - (judged.Sum(row => Math.Pow(scores[row] - (sums[row] / votes[row]), 2)) / spread) : 0;
    }

    private static TreeNode Grow(ScoredTable table, int[] rows, SearchRandom random)
    {
        var split = rows.Length < 2 * LeastRowsOfLeaf
            ? default
            : ColumnsToAsk(table.Columns.Length, random)
                .Select(column => TreeSplit.Best(table, rows, column, LeastRowsOfLeaf)).MaxBy(candidate => candidate.Gain);
        if (split.Gain <= LeastGain)
        {
            return new TreeNode { Value = rows.Average(row => table.Scores[row]) };
        }

        var column = table.Columns[split.Column];
        bool IsYes(int row) => column.IsChoice
            ? (split.Choices >> (int)column.Values[row] & 1) == 1
            : column.Values[row] < split.Threshold;
        return new TreeNode
        {
            Column = split.Column,
            Threshold = split.Threshold,
            Choices = split.Choices,
            Yes = Grow(table, [.. rows.Where(IsYes)], random),
            No = Grow(table, [.. rows.Where(row => !IsYes(row))], random),
        };
    }

    private static IEnumerable<int> ColumnsToAsk(int count, SearchRandom random)
    {
        var columns = Enumerable.Range(0, count).ToArray();
        random.Shuffle(columns);
        return columns.Take((int)Math.Ceiling(count * ColumnShare));
    }

    private static double Predict(TreeNode node, ScoredTable table, int row)
    {
        while (!node.IsLeaf)
        {
            var column = table.Columns[node.Column];
            node = node.Next(column.IsChoice, column.Values[row]);
        }

        return node.Value;
    }
}
