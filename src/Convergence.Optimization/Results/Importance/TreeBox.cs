using System.Collections.Immutable;
using System.Numerics;

namespace Convergence.Optimization.Results.Importance;

/// <summary>The part of the space that a leaf speaks for: an interval of each number, a set of each choice.</summary>
internal sealed record TreeBox(ImmutableArray<double> Lower, ImmutableArray<double> Upper, ImmutableArray<ulong> Choices)
{
    public static TreeBox Whole(ImmutableArray<ScoredColumn> columns) => new(
        [.. columns.Select(_ => 0.0)],
        [.. columns.Select(_ => 1.0)],
        [.. columns.Select(column => column.ChoiceCount >= ScoredTable.MostChoices ? ulong.MaxValue : (1UL << column.ChoiceCount) - 1)]);

    /// <summary>The part on one side of a question.</summary>
    public TreeBox Side(TreeNode question, bool isChoice, bool isYes)
    {
        var column = question.Column;
        return isChoice
            ? this with { Choices = Choices.SetItem(column, Choices[column] & (isYes ? question.Choices : ~question.Choices)) }
            : isYes
                ? this with { Upper = Upper.SetItem(column, Math.Clamp(question.Threshold, Lower[column], Upper[column])) }
                : this with { Lower = Lower.SetItem(column, Math.Clamp(question.Threshold, Lower[column], Upper[column])) };
    }

    /// <summary>The share of a column's values that lie in it.</summary>
    public double Size(ScoredColumn column, int index) => column.IsChoice
        ? (double)BitOperations.PopCount(Choices[index]) / column.ChoiceCount
        : Upper[index] - Lower[index];
}
