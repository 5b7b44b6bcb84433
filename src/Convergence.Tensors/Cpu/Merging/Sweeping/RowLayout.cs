namespace Convergence.Tensors.Cpu.Merging.Sweeping;

/// <summary>A tensor as rows, in items that one worker takes at a time. Depends on sizes alone, so that sums per item do, too.</summary>
/// <param name="RowCount">Rows.</param>
/// <param name="RowLength">Elements of a row.</param>
/// <param name="RowsPerItem">Rows of an item, the last one's apart.</param>
internal readonly record struct RowLayout(long RowCount, long RowLength, long RowsPerItem)
{
    public int ItemCount => checked((int)((RowCount + RowsPerItem - 1) / RowsPerItem));

    /// <exception cref="ArgumentOutOfRangeException">The length does not divide the elements.</exception>
    public static RowLayout Of(long elementCount, long rowLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rowLength);
        if (elementCount == 0)
        {
            return new RowLayout(0, 0, 1);
        }

        ArgumentOutOfRangeException.ThrowIfZero(rowLength);
        ArgumentOutOfRangeException.ThrowIfNotEqual(elementCount % rowLength, 0, nameof(rowLength));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rowLength, int.MaxValue / 2);
        return new RowLayout(elementCount / rowLength, rowLength, Math.Max(1, MergeSweep.ChunkSize / rowLength));
    }
}
