using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Statistics;

/// <summary>
/// One of the readings of a row that make the divergence of its softmax from the base's: the largest elements, the sums of exponentials, and the
/// divergence itself. One worker sees all blocks of a row, in order.
/// </summary>
/// <param name="reading">Which of them.</param>
/// <param name="rows">What is known of the rows so far.</param>
/// <param name="rowSize">Elements of a row.</param>
/// <param name="offset">Added to every probability.</param>
internal readonly unsafe struct RowDivergenceKernel(RowReading reading, RowSoftmax[] rows, long rowSize, double offset) : IBlockKernel
{
    private readonly RowReading _reading = reading;
    private readonly RowSoftmax[] _rows = rows;
    private readonly long _rowSize = rowSize;
    private readonly double _offset = offset;

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
                row.BaseSum += Sum<TLanes>(tensors[0], block.Count, row.BaseLargest);
                row.Sum += Sum<TLanes>(tensors[1], block.Count, row.Largest);
                break;
            default:
                row.Divergence += Divergence<TLanes>(tensors, block.Count, row, _offset);
                break;
        }
    }

    private static double Largest<TLanes>(byte* source, int count) where TLanes : struct, ILanes
    {
        var lowest = Vector512.Create(double.NegativeInfinity);
        var largest = lowest;
        for (var i = 0; i < count; i += ILanes.Count)
        {
            TLanes.Load(source + ((nint)i * TLanes.ElementByteCount), out var lower, out var upper);
            largest = Vector512.MaxNative(largest, Vector512.ConditionalSelect(IsInside(count - i), lower, lowest));
            largest = Vector512.MaxNative(largest, Vector512.ConditionalSelect(IsInside(count - i - Vector512<double>.Count), upper, lowest));
        }

        var result = double.NegativeInfinity;
        for (var lane = 0; lane < Vector512<double>.Count; lane++)
        {
            result = Math.Max(result, largest[lane]);
        }

        return result;
    }

    private static double Sum<TLanes>(byte* source, int count, double largest) where TLanes : struct, ILanes
    {
        var shift = Vector512.Create(largest);
        var lowerSum = Vector512<double>.Zero;
        var upperSum = lowerSum;
        for (var i = 0; i < count; i += ILanes.Count)
        {
            TLanes.Load(source + ((nint)i * TLanes.ElementByteCount), out var lower, out var upper);
            lowerSum += DoubleFunctions.ExpOfNegative(lower - shift) & IsInside(count - i);
            upperSum += DoubleFunctions.ExpOfNegative(upper - shift) & IsInside(count - i - Vector512<double>.Count);
        }

        return LaneSum.Of(lowerSum + upperSum);
    }

    private static double Divergence<TLanes>(byte** tensors, int count, RowSoftmax row, double offset) where TLanes : struct, ILanes
    {
        var lowerSum = Vector512<double>.Zero;
        var upperSum = lowerSum;
        for (var i = 0; i < count; i += ILanes.Count)
        {
            var place = (nint)i * TLanes.ElementByteCount;
            TLanes.Load(tensors[0] + place, out var baseLower, out var baseUpper);
            TLanes.Load(tensors[1] + place, out var lower, out var upper);
            lowerSum += Term(lower, baseLower, row, offset) & IsInside(count - i);
            upperSum += Term(upper, baseUpper, row, offset) & IsInside(count - i - Vector512<double>.Count);
        }

        return LaneSum.Of(lowerSum + upperSum);
    }

    private static Vector512<double> Term(Vector512<double> element, Vector512<double> origin, RowSoftmax row, double offset)
    {
        var p = (DoubleFunctions.ExpOfNegative(element - Vector512.Create(row.Largest)) * (1 / row.Sum)) + Vector512.Create(offset);
        var q = (DoubleFunctions.ExpOfNegative(origin - Vector512.Create(row.BaseLargest)) * (1 / row.BaseSum)) + Vector512.Create(offset);
        return p * DoubleFunctions.Log(p / q);
    }

    // All ones in the lanes of elements, zero in those of padding.
    private static Vector512<double> IsInside(int remaining) => Vector512.LessThan(
        Vector512.Create(0.0, 1, 2, 3, 4, 5, 6, 7), Vector512.Create((double)remaining));
}
