using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Statistics;

/// <summary>
/// Adds the products of elements to the sums of their columns, one set of sums for every band of rows.
/// One worker sees all rows of a band, in order, so a band's sums depend on its elements alone.
/// </summary>
/// <param name="count">Inputs.</param>
/// <param name="hasBase">Whether the first tensor is subtracted from the others.</param>
/// <param name="sums">Per band and pair of inputs one sum for every column, and a granule's padding; zero before the first block.</param>
/// <param name="columns">Columns.</param>
/// <param name="bandRows">Rows of a band.</param>
internal readonly unsafe struct ColumnGramKernel(int count, bool hasBase, double[] sums, long columns, int bandRows) : IBlockKernel
{
    private readonly int _count = count;
    private readonly bool _hasBase = hasBase;
    private readonly double[] _sums = sums;
    private readonly long _columns = columns;
    private readonly int _bandRows = bandRows;

    /// <summary>Sums of a pair in a band.</summary>
    public static long Stride(long columns) => (columns + MergeSweep.Granule - 1) / MergeSweep.Granule * MergeSweep.Granule;

    public void Run<TLanes>(byte** tensors, Block block) where TLanes : struct, ILanes
    {
        var stride = Stride(_columns);
        var band = block.Place / _columns / _bandRows;
        var start = (band * Devices.MergeKernels.PairCount(_count) * stride) + (block.Place % _columns);
        fixed (double* sums = &_sums[start])
        {
            var pair = sums;
            for (var first = 0; first < _count; first++)
            {
                for (var second = first; second < _count; second++)
                {
                    AddProducts<TLanes>(tensors, first, second, block.PaddedCount, pair);
                    pair += stride;
                }
            }
        }
    }

    private void AddProducts<TLanes>(byte** tensors, int first, int second, nint count, double* sums) where TLanes : struct, ILanes
    {
        var lead = _hasBase ? 1 : 0;
        for (nint i = 0; i < count; i += ILanes.Count)
        {
            var offset = i * TLanes.ElementByteCount;
            TLanes.Load(tensors[first + lead] + offset, out var aLower, out var aUpper);
            TLanes.Load(tensors[second + lead] + offset, out var bLower, out var bUpper);
            if (_hasBase)
            {
                TLanes.Load(tensors[0] + offset, out var lower, out var upper);
                aLower -= lower;
                aUpper -= upper;
                bLower -= lower;
                bUpper -= upper;
            }

            (Vector512.Load(sums + i) + (aLower * bLower)).Store(sums + i);
            (Vector512.Load(sums + i + Vector512<double>.Count) + (aUpper * bUpper)).Store(sums + i + Vector512<double>.Count);
        }
    }
}
