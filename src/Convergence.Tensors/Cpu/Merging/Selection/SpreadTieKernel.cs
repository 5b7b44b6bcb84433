using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Selection;

/// <summary>Counts the places of exactly one spread per block, or lists those of one block.</summary>
/// <param name="count">Models.</param>
/// <param name="spread">The spread's bits.</param>
/// <param name="counts">Per block, how many places there are.</param>
/// <param name="block">The block to list, or -1 to count in all.</param>
/// <param name="places">Receives the list.</param>
internal readonly unsafe struct SpreadTieKernel(int count, uint spread, int[] counts, int block, long[] places) : IBlockKernel
{
    private readonly int _count = count;
    private readonly uint _spread = spread;
    private readonly int[] _counts = counts;
    private readonly int _block = block;
    private readonly long[] _places = places;

    public void Run<TLanes>(byte** tensors, Block block) where TLanes : struct, ILanes
    {
        var number = (int)(block.Place / MergeSweep.TileSize);
        if (_block >= 0 && number != _block)
        {
            return;
        }

        var found = 0;
        for (var i = 0; i < block.Count; i += ILanes.Count)
        {
            var spreads = Spread.Bits<TLanes>(tensors, _count, (nint)i * TLanes.ElementByteCount);
            for (var lane = 0; lane < Math.Min(ILanes.Count, block.Count - i); lane++)
            {
                if (spreads[lane] == _spread)
                {
                    if (_block >= 0)
                    {
                        _places[found] = block.Place + i + lane;
                    }

                    found++;
                }
            }
        }

        _counts[number] = found;
    }
}
