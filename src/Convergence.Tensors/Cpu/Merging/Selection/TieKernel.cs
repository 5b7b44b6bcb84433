using System.Numerics;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Selection;

/// <summary>Counts the elements of exactly one magnitude per block, or lists their indices.</summary>
/// <param name="magnitude">The magnitude's bits.</param>
/// <param name="counts">Per block, how many there are; or <see langword="null"/>.</param>
/// <param name="indices">Receives the list of the one block that is shown; or <see langword="null"/>.</param>
internal readonly unsafe struct TieKernel(uint magnitude, int[]? counts, long[]? indices) : IBlockKernel
{
    private readonly uint _magnitude = magnitude;
    private readonly int[]? _counts = counts;
    private readonly long[]? _indices = indices;

    public void Run<TLanes>(byte** tensors, Block block) where TLanes : struct, ILanes
    {
        var found = 0;
        var wanted = Vector512.Create(_magnitude);
        for (var i = 0; i < block.Count; i += ILanes.Count)
        {
            var offset = (nint)i * TLanes.ElementByteCount;
            var isTie = Vector512.Equals(TLanes.Magnitude(tensors[1] + offset, tensors[0] + offset), wanted).ExtractMostSignificantBits();
            isTie &= ulong.MaxValue >> Math.Max(0, 64 - (block.Count - i));
            if (_indices is null)
            {
                found += BitOperations.PopCount(isTie);
                continue;
            }

            for (; isTie != 0; isTie &= isTie - 1)
            {
                _indices[found++] = block.Place + i + BitOperations.TrailingZeroCount(isTie);
            }
        }

        if (_counts is not null)
        {
            _counts[(int)(block.Place / MergeSweep.TileSize)] = found;
        }
    }
}
