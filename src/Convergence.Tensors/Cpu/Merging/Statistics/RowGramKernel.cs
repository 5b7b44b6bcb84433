using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Statistics;

/// <summary>Adds the inner products over each block to those of its row. One worker sees all blocks of a row, in order.</summary>
/// <param name="count">Inputs.</param>
/// <param name="hasBase">Whether the first tensor is subtracted from the others.</param>
/// <param name="grams">Per pair of inputs one sum for every row; zero before the first block.</param>
/// <param name="rows">Rows.</param>
/// <param name="rowSize">Elements of a row.</param>
internal readonly unsafe struct RowGramKernel(int count, bool hasBase, double[] grams, long rows, long rowSize) : IBlockKernel
{
    private readonly int _count = count;
    private readonly bool _hasBase = hasBase;
    private readonly double[] _grams = grams;
    private readonly long _rows = rows;
    private readonly long _rowSize = rowSize;

    public void Run<TLanes>(byte** tensors, Block block) where TLanes : struct, ILanes
    {
        var place = block.Place / _rowSize;
        for (var first = 0; first < _count; first++)
        {
            for (var second = first; second < _count; second++)
            {
                _grams[place] += InnerProduct.OfPair<TLanes>(tensors, _hasBase, first, second, block.PaddedCount);
                place += _rows;
            }
        }
    }
}
