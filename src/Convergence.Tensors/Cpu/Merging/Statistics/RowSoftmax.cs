namespace Convergence.Tensors.Cpu.Merging.Statistics;

/// <summary>What is known of a row and the base's row as distributions.</summary>
internal struct RowSoftmax
{
    public double Largest;
    public double BaseLargest;

    /// <summary>The sum of exponentials, each less the largest.</summary>
    public double Sum;

    public double BaseSum;
    public double Divergence;

    public static RowSoftmax Unread { get; } =
        new() { Largest = double.NegativeInfinity, BaseLargest = double.NegativeInfinity };
}
