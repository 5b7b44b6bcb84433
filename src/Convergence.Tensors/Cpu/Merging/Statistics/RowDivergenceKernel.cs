using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Statistics;

/// <summary>
/// One of the readings of a row that make the divergence of its softmax from the base's:
/// the largest elements, the sums of exponentials, and the divergence itself. One worker sees all blocks of a row,
/// in order, and keeps the exponentials of rows that are not too long for the caches.
/// </summary>
/// <param name="reading">Which of them.</param>
/// <param name="rows">What is known of the rows so far.</param>
/// <param name="rowSize">Elements of a row.</param>
/// <param name="offset">Added to every probability.</param>
/// <param name="scratch">Room for exponentials.</param>
internal readonly unsafe struct RowDivergenceKernel(
    RowReading reading, RowSoftmax[] rows, long rowSize, double offset, MergeScratch scratch) : IBlockKernel
{
    // Exponentials of longer rows are computed again, block by block.
    private const int KeptSize = 4 * MergeSweep.TileSize;

    private readonly RowReading _reading = reading;
    private readonly RowSoftmax[] _rows = rows;
    private readonly long _rowSize = rowSize;
    private readonly double _offset = offset;
    private readonly MergeScratch _scratch = scratch;

    public void Run<TLanes>(byte** tensors, Block block) where TLanes : struct, ILanes
    {
        ref var row = ref _rows[block.Place / _rowSize];
        switch (_reading)
        {
            case RowReading.Largest:
                row.BaseLargest = Math.Max(row.BaseLargest, Largest<TLanes>(tensors[0], block.Count));
                row.Largest = Math.Max(row.Largest, Largest<TLanes>(tensors[1], block.Count));
                break;
            case RowReading.Sums:
                Exponentiate<TLanes>(tensors, block, row, out var baseSum, out var sum);
                row.BaseSum += baseSum;
                row.Sum += sum;
                break;
            default:
                if (_rowSize > KeptSize)
                {
                    Exponentiate<TLanes>(tensors, block, row, out _, out _);
                }

                var baseExponentials = Exponentials(block);
                row.Divergence += Divergence(baseExponentials, baseExponentials + KeptSize, block.Count, row, _offset);
                break;
        }
    }

    // The base's of a block; the model's lie behind the room for these.
    private double* Exponentials(Block block)
    {
        var place = _rowSize > KeptSize ? 0 : block.Place % _rowSize;
        return (double*)_scratch.Rent(block.Worker, 2L * KeptSize * sizeof(double)) + place;
    }

    private void Exponentiate<TLanes>(byte** tensors, Block block, RowSoftmax row, out double baseSum, out double sum)
        where TLanes : struct, ILanes
    {
        var exponentials = Exponentials(block);
        baseSum = Sum<TLanes>(tensors[0], block.Count, row.BaseLargest, exponentials);
        sum = Sum<TLanes>(tensors[1], block.Count, row.Largest, exponentials + KeptSize);
    }

    private static double Largest<TLanes>(byte* source, int count) where TLanes : struct, ILanes
    {
        var lowest = Vector512.Create(double.NegativeInfinity);
        var largest = lowest;
        for (var i = 0; i < count; i += ILanes.Count)
        {
            TLanes.Load(source + ((nint)i * TLanes.ElementByteCount), out var lower, out var upper);
            if (count - i < ILanes.Count)
            {
                lower = Vector512.ConditionalSelect(IsInside(count - i), lower, lowest);
                upper = Vector512.ConditionalSelect(IsInside(count - i - Vector512<double>.Count), upper, lowest);
            }

            largest = Vector512.MaxNative(largest, Vector512.MaxNative(lower, upper));
        }

        var result = double.NegativeInfinity;
        for (var lane = 0; lane < Vector512<double>.Count; lane++)
        {
            result = Math.Max(result, largest[lane]);
        }

        return result;
    }

    private static double Sum<TLanes>(byte* source, int count, double largest, double* exponentials) where TLanes : struct, ILanes
    {
        var shift = Vector512.Create(largest);
        var lowerSum = Vector512<double>.Zero;
        var upperSum = lowerSum;
        for (var i = 0; i < count; i += ILanes.Count)
        {
            TLanes.Load(source + ((nint)i * TLanes.ElementByteCount), out var lower, out var upper);
            lower = DoubleFunctions.ExpOfNegative(lower - shift);
            upper = DoubleFunctions.ExpOfNegative(upper - shift);
            if (count - i < ILanes.Count)
            {
                lower &= IsInside(count - i);
                upper &= IsInside(count - i - Vector512<double>.Count);
            }

            lowerSum += lower;
            upperSum += upper;
            lower.Store(exponentials + i);
            upper.Store(exponentials + i + Vector512<double>.Count);
        }

        return LaneSum.Of(lowerSum + upperSum);
    }

    // Behind the last element exponentials are 0, and both distributions have the same probability.
    private static double Divergence(double* baseExponentials, double* exponentials, int count, RowSoftmax row, double offset)
    {
        var lowerSum = Vector512<double>.Zero;
        var upperSum = lowerSum;
        var shift = Vector512.Create(offset);
        var scale = Vector512.Create(1 / row.Sum);
        var baseScale = Vector512.Create(1 / row.BaseSum);
        for (nint i = 0; i < count; i += ILanes.Count)
        {
            var next = i + Vector512<double>.Count;
            lowerSum += Term(
                (Vector512.Load(exponentials + i) * scale) + shift, (Vector512.Load(baseExponentials + i) * baseScale) + shift);
            upperSum += Term(
                (Vector512.Load(exponentials + next) * scale) + shift, (Vector512.Load(baseExponentials + next) * baseScale) + shift);
        }

        return LaneSum.Of(lowerSum + upperSum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Term(Vector512<double> p, Vector512<double> q) => p * DoubleFunctions.LogOfRatio(p, q);

    // All ones in the lanes of elements, zero in those of padding.
    private static Vector512<double> IsInside(int remaining) => Vector512.LessThan(
        Vector512.Create(0.0, 1, 2, 3, 4, 5, 6, 7), Vector512.Create((double)remaining));
}
