using System.Collections.Immutable;

namespace Convergence.Optimization.Results.Importance;

/// <summary>How a tree's prediction varies over the space in which all values are equally likely.</summary>
/// <param name="Total">Its variance.</param>
/// <param name="Single">By column: the variance of the mean prediction at the column's value, all others averaged out.</param>
internal sealed record TreeVariance(double Total, ImmutableArray<double> Single)
{
    public static TreeVariance Of(TreeNode tree, ImmutableArray<ScoredColumn> columns)
    {
        var leaves = new List<(TreeBox Box, double Value)>();
        Collect(tree, TreeBox.Whole(columns), columns, leaves);
        var sizes = leaves.Select(leaf => columns.Select((column, index) => leaf.Box.Size(column, index)).ToArray()).ToList();
        var volumes = sizes.Select(size => size.Aggregate(1.0, (product, side) => product * side)).ToList();
        var mean = leaves.Zip(volumes, (leaf, volume) => leaf.Value * volume).Sum();
        var total = leaves.Zip(volumes, (leaf, volume) => volume * (leaf.Value - mean) * (leaf.Value - mean)).Sum();
        return new TreeVariance(total, [.. columns.Select((column, index) =>
        {
            // What a leaf adds to the mean at a value inside of it: its value, by the share of all the others' values.
            var weighted = leaves.Select((leaf, number) => (leaf.Box, Weight: leaf.Value * WithoutColumn(sizes[number], index))).ToList();
            return column.IsChoice ? OfChoices(column, index, weighted, mean) : OfNumbers(index, weighted, mean);
        })]);
    }

    private static void Collect(TreeNode node, TreeBox box, ImmutableArray<ScoredColumn> columns, List<(TreeBox Box, double Value)> leaves)
    {
        if (node.IsLeaf)
        {
            leaves.Add((box, node.Value));
            return;
        }

        var isChoice = columns[node.Column].IsChoice;
        Collect(node.Yes!, box.Side(node, isChoice, isYes: true), columns, leaves);
        Collect(node.No!, box.Side(node, isChoice, isYes: false), columns, leaves);
    }

    private static double WithoutColumn(double[] sides, int column) =>
        sides.Where((_, index) => index != column).Aggregate(1.0, (product, side) => product * side);

    private static double OfChoices(ScoredColumn column, int index, List<(TreeBox Box, double Weight)> leaves, double mean) =>
        Enumerable.Range(0, column.ChoiceCount).Average(choice =>
        {
            var value = leaves.Where(leaf => (leaf.Box.Choices[index] >> choice & 1) == 1).Sum(leaf => leaf.Weight);
            return (value - mean) * (value - mean);
        });

    private static double OfNumbers(int index, List<(TreeBox Box, double Weight)> leaves, double mean)
    {
        var edges = leaves.SelectMany(leaf => (double[])[leaf.Box.Lower[index], leaf.Box.Upper[index]]).Distinct().Order().ToList();
        return edges.Zip(edges.Skip(1)).Sum(piece =>
        {
            var middle = (piece.First + piece.Second) / 2;
            var value = leaves.Where(leaf => leaf.Box.Lower[index] <= middle && middle < leaf.Box.Upper[index]).Sum(leaf => leaf.Weight);
            return (piece.Second - piece.First) * (value - mean) * (value - mean);
        });
    }
}
