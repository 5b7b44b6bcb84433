using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Selection;

/// <summary>Counts the elements of exactly one magnitude per block, or lists the indices of those of one block.</summary>
/// <param name="magnitude">The magnitude's bits.</param>
/// <param name="counts">Per block, how many there are.</param>
/// <param name="block">The block to list, or -1 to count in all.</param>
/// <param name="indices">Receives the list.</param>
internal readonly unsafe struct TieKernel(uint magnitude, int[] counts, int block, long[] indices) : IBlockKernel
{
    private readonly uint _magnitude = magnitude;
    private readonly int[] _counts = counts;
    private readonly int _block = block;
    private readonly long[] _indices = indices;

    public void Run<TLanes>(byte** tensors, Block block) where TLanes : struct, ILanes
    {
        var number = (int)(block.Place / MergeSweep.TileSize);
        if (_block >= 0 && number != _block)
        {
            return;
        }

        var found = 0;
        var magnitudes = stackalloc uint[ILanes.Count];
        for (var i = 0; i < block.Count; i += ILanes.Count)
        {
            var offset = (nint)i * TLanes.ElementByteCount;
            Vector512.Store(TLanes.Magnitude(tensors[1] + offset, tensors[0] + offset), magnitudes);
            for (var lane = 0; lane < Math.Min(ILanes.Count, block.Count - i); lane++)
            {
                if (magnitudes[lane] == _magnitude)
                {
                    if (_block >= 0)
                    {
                        _indices[found] = block.Place + i + lane;
                    }

                    found++;
                }
            }
        }

        _counts[number] = found;
    }
}
