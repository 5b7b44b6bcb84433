namespace Convergence.Optimization.Results.Importance;

/// <summary>A node of a regression tree: a leaf, or a question with two answers.</summary>
internal sealed class TreeNode
{
    /// <summary>Of a leaf: what it predicts.</summary>
    public double Value { get; init; }

    /// <summary>The column that is asked for; -1 for a leaf.</summary>
    public int Column { get; init; } = -1;

    /// <summary>Of a number: values below go to <see cref="Yes"/>.</summary>
    public double Threshold { get; init; }

    /// <summary>Of a choice: the bits of those that go to <see cref="Yes"/>.</summary>
    public ulong Choices { get; init; }

    public TreeNode? Yes { get; init; }

    public TreeNode? No { get; init; }

    public bool IsLeaf => Column < 0;

    /// <summary>Where a value goes.</summary>
    public TreeNode Next(bool isChoice, double value) =>
        (isChoice ? (Choices >> (int)value & 1) == 1 : value < Threshold) ? Yes! : No!;
}
