using Convergence.Tensors.Cpu.Merging.Combining;
using Convergence.Tensors.Cpu.Merging.Selection;
using Convergence.Tensors.Cpu.Merging.Statistics;
using Convergence.Tensors.Cpu.Merging.Sweeping;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu;

/// <summary>Fusion by importance.</summary>
internal sealed unsafe partial class CpuMergeKernels
{
    // Sixteen leading bits of an importance in the first pass, the other fifteen in the second.
    private const int LeadingBits = 16;

    public override void RowDivergences(DeviceTensor baseTensor, DeviceTensor input, double offset, Span<double> divergences)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(offset);
        var operands = new Operands(baseTensor, [input]);
        var rowSize = RowLength(operands.ElementCount, divergences.Length);
        var rows = new RowSoftmax[divergences.Length];
        Array.Fill(rows, RowSoftmax.Unread);
        _sweep.VisitRows(
            Array.ConvertAll(Enum.GetValues<RowReading>(), reading =>
                new RowDivergenceKernel(reading, rows, rowSize, offset, _rowScratch)), operands, rows.Length);
        for (var row = 0; row < rows.Length; row++)
        {
            divergences[row] = Math.Max(0, rows[row].Divergence);
        }
    }

    public override void SelectImportances(
        DeviceTensor baseTensor, DeviceTensor input, ReadOnlySpan<double> factors, ReadOnlySpan<long> ranks, Span<float> importances)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(importances.Length, ranks.Length);
        var operands = new Operands(baseTensor, [input]);
        RequireRanks(ranks, operands.ElementCount);
        var rowFactors = factors.ToArray();
        var leading = CountImportances(operands, rowFactors, [0], prefixBits: 0, LeadingBits);
        var prefixes = new uint[ranks.Length];
        var rests = new long[ranks.Length];
        for (var place = 0; place < ranks.Length; place++)
        {
            (prefixes[place], rests[place]) = FindRank(leading, ranks[place]);
        }

        const int TrailingBits = MagnitudeHistogramKernel.MagnitudeBits - LeadingBits;
        var trailing = CountImportances(operands, rowFactors, prefixes, LeadingBits, TrailingBits);
        for (var place = 0; place < ranks.Length; place++)
        {
            var (bucket, _) = FindRank(trailing.AsSpan(place << TrailingBits, 1 << TrailingBits), rests[place]);
            importances[place] = BitConverter.UInt32BitsToSingle((prefixes[place] << TrailingBits) | bucket);
        }
    }

    public override void TakeImportant(
        DeviceTensor baseTensor, DeviceTensor input, ReadOnlySpan<double> factors, double threshold, DeviceTensor output)
    {
        var rowFactors = factors.ToArray();
        RowLength(new Operands(baseTensor, [input]).ElementCount, rowFactors.Length);
        _sweep.MapRows(row => new TakeImportantKernel(rowFactors[row], threshold), rowFactors.Length, baseTensor, [input], output);
    }

    private long[] CountImportances(Operands operands, double[] factors, uint[] prefixes, int prefixBits, int bucketBits)
    {
        var size = prefixes.Length << bucketBits;
        var counts = new long[size * _team.ThreadCount];
        var rowLength = RowLength(operands.ElementCount, factors.Length);
        var kernel = new ImportanceHistogramKernel(factors, rowLength, prefixes, prefixBits, bucketBits, counts);
        _sweep.VisitRows(kernel, operands, factors.Length);
        for (var place = size; place < counts.Length; place++)
        {
            counts[place % size] += counts[place];
        }

        return counts[..size];
    }

    // The bucket that holds a rank, and the rank among those inside.
    private static (uint Bucket, long Rank) FindRank(ReadOnlySpan<long> histogram, long rank)
    {
        var bucket = 0;
        while (histogram[bucket] <= rank)
        {
            rank -= histogram[bucket++];
        }

        return ((uint)bucket, rank);
    }
}
