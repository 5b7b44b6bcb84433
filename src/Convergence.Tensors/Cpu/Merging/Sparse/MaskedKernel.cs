using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>Merges what masks that are in memory leave of task vectors.</summary>
/// <param name="sum">What is done with it.</param>
/// <param name="bits">The mask of the first input, from the element with index 0 on: see <see cref="MaskBits"/>.</param>
/// <param name="stride">Words from one input's mask to the next one's.</param>
internal readonly unsafe struct MaskedKernel(MaskedSum sum, uint* bits, long stride) : IMapKernel<MaskedKernel>
{
    private readonly MaskedSum _sum = sum;
    private readonly uint* _bits = bits;
    private readonly nint _stride = (nint)stride;

    public void Run<TLanes, TResult>(byte** tensors, byte* output, Block block)
        where TLanes : struct, ILanes
        where TResult : struct, IResult =>
        _sum.Run<StoredVectors<TLanes>, TResult>(
            new StoredVectors<TLanes>(tensors, 0), output, block.PaddedCount, _bits + (block.Index / MaskBits.WordSize), _stride);
}
