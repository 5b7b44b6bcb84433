using Convergence.Tensors.Cpu.Merging.Sweeping;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging.Selection;

/// <summary>
/// Finds the cut that keeps the places where models differ most, exactly: one pass counts spreads by their leading sixteen bits, one by the
/// others inside the bucket that holds the cut; where equals are divided, further ones find the last that is kept.
/// </summary>
internal sealed class SpreadSelection(MergeSweep sweep, int workerCount, Operands models)
{
    private const int LeadingBits = 16;
    private const int TrailingBits = MagnitudeHistogramKernel.MagnitudeBits - LeadingBits;

    /// <summary>See <see cref="MergeKernels.SelectSpread"/>.</summary>
    public MagnitudeCut Select(double share)
    {
        var leading = Count(prefix: 0, prefixBits: 0, LeadingBits);
        var differing = models.ElementCount - leading[1 << LeadingBits];
        if (share == 0 || differing == 0)
        {
            return MagnitudeCut.KeepNone;
        }

        var places = Math.Max(1, (long)(share * differing));
        var prefix = Descend(leading, LeadingBits, ref places);
        var trailing = Count(prefix, LeadingBits, TrailingBits);
        var bucket = Descend(trailing, TrailingBits, ref places);
        var spread = (prefix << TrailingBits) | bucket;
        return new MagnitudeCut(spread, places == trailing[bucket] ? long.MaxValue : PlaceOfTie(spread, places));
    }

    // From the largest bucket down to the one that holds the last kept place; takes what lies above it off the count.
    private static uint Descend(long[] histogram, int bits, ref long places)
    {
        var bucket = (1 << bits) - 1;
        while (histogram[bucket] < places)
        {
            places -= histogram[bucket--];
        }

        return (uint)bucket;
    }

    private long[] Count(uint prefix, int prefixBits, int bucketBits)
    {
        var stride = SpreadHistogramKernel.Stride(bucketBits);
        var counts = new long[workerCount * stride];
        sweep.Visit(new SpreadHistogramKernel(models.Count, prefix, prefixBits, bucketBits, counts), models);
        for (var index = stride; index < counts.Length; index++)
        {
            counts[index % stride] += counts[index];
        }

        return counts;
    }

    private long PlaceOfTie(uint spread, long tie)
    {
        var blockCount = checked((int)((models.ElementCount + MergeSweep.TileSize - 1) / MergeSweep.TileSize));
        var counts = new int[blockCount];
        var places = new long[MergeSweep.TileSize];
        sweep.Visit(new SpreadTieKernel(models.Count, spread, counts, block: -1, places), models);
        var block = 0;
        while (counts[block] < tie)
        {
            tie -= counts[block++];
        }

        sweep.Visit(new SpreadTieKernel(models.Count, spread, counts, block, places), models);
        return places[tie - 1];
    }
}
