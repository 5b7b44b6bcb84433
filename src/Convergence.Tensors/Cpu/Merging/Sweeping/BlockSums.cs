using System.Runtime.InteropServices;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging.Sweeping;

/// <summary>
/// Sums of a pass over a tensor, one set per block of <see cref="MergeSweep.TileSize"/> elements. Blocks may be summed on any worker;
/// adding the sets in the order of blocks makes the totals the same bits for any number of them.
/// </summary>
internal sealed class BlockSums(long elementCount, int count)
{
    private readonly double[] _partials =
        new double[checked((int)((elementCount + MergeSweep.TileSize - 1) / MergeSweep.TileSize * count))];

    /// <summary>The sums of a block, zero at first.</summary>
    public Span<double> Of(Block block) =>
        _partials.AsSpan(checked((int)(block.Place / MergeSweep.TileSize) * count), count);

    /// <summary>The sums over all blocks.</summary>
    public void Total(Span<double> sums)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(sums.Length, count);
        Total(_partials, sums);
    }

    /// <summary>As the other, of sums that come in pairs.</summary>
    public void Total(Span<MagnitudeSums> sums) => Total(MemoryMarshal.Cast<MagnitudeSums, double>(sums));

    /// <summary>Adds sets of sums in their order.</summary>
    public static void Total(ReadOnlySpan<double> partials, Span<MagnitudeSums> sums) =>
        Total(partials, MemoryMarshal.Cast<MagnitudeSums, double>(sums));

    /// <inheritdoc cref="Total(ReadOnlySpan{double}, Span{MagnitudeSums})"/>
    public static void Total(ReadOnlySpan<double> partials, Span<double> sums)
    {
        sums.Clear();
        for (var index = 0; index < partials.Length; index++)
        {
            sums[index % sums.Length] += partials[index];
        }
    }
}
