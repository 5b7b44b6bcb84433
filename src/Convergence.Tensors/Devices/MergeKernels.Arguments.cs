namespace Convergence.Tensors.Devices;

/// <summary>What every device asks of its arguments.</summary>
public abstract partial class MergeKernels
{
    private protected static void RequireOnePerInput(int count, ReadOnlySpan<DeviceTensor> inputs) =>
        ArgumentOutOfRangeException.ThrowIfNotEqual(count, inputs.Length);

    private protected static void RequireDensities(ReadOnlySpan<double> densities)
    {
        foreach (var density in densities)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(density, nameof(densities));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(density, 1, nameof(densities));
        }
    }

    private protected static void RequireProbabilities(ReadOnlySpan<RankedDensity> densities)
    {
        foreach (var (lowest, highest) in densities)
        {
            RequireDensities([lowest, highest]);
        }
    }

    private protected static void RequireRanks(ReadOnlySpan<long> ranks, long elementCount)
    {
        foreach (var rank in ranks)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(rank, nameof(ranks));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, elementCount, nameof(ranks));
        }
    }

    // A matrix's output features are its rows; a vector's are its elements.
    private protected static int RowCount(DeviceTensor tensor) => tensor.Shape.Rank == 0 ? 1 : checked((int)tensor.Shape[0]);

    // Elements of a row; the rows divide the elements.
    private protected static long RowLength(long elementCount, int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(rows == 0 ? elementCount : elementCount % rows, 0, nameof(rows));
        return elementCount / Math.Max(1, rows);
    }

    // A matrix of what is known for every pair.
    private protected static void SpreadPairs(ReadOnlySpan<double> pairs, int count, Span<double> matrix)
    {
        var pair = 0;
        for (var first = 0; first < count; first++)
        {
            for (var second = first; second < count; second++)
            {
                matrix[(first * count) + second] = matrix[(second * count) + first] = pairs[pair++];
            }
        }
    }
}
