using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>Draws DARE's masks, and adds up the magnitudes of task vectors: all, and those of elements that are kept.</summary>
/// <param name="bounds">See <see cref="DareMask.BoundOf"/>.</param>
/// <param name="key">The key of the masks.</param>
/// <param name="sums">Receives two sums per input.</param>
/// <param name="bits">Where masks are kept; <see langword="null"/> to forget them.</param>
internal readonly unsafe struct DareSumKernel(ulong[] bounds, ulong key, BlockSums sums, SampleBits? bits) : IBlockKernel
{
    private const int WordCount = MergeSweep.Granule / MaskBits.WordSize;

    private readonly ulong[] _bounds = bounds;
    private readonly ulong _key = key;
    private readonly BlockSums _sums = sums;
    private readonly SampleBits? _bits = bits;

    public void Run<TLanes>(byte** tensors, Block block) where TLanes : struct, ILanes
    {
        var count = _bounds.Length;
        var memory = stackalloc byte[DareMask.ByteCount(count)];
        var forgotten = stackalloc uint[count * WordCount];
        var totals = stackalloc KeptMagnitudes[count];
        new Span<KeptMagnitudes>(totals, count).Clear();
        var mask = new DareMask(_key, _bounds, memory);
        for (nint i = 0; i < block.PaddedCount; i += MergeSweep.Granule)
        {
            var index = block.Index + i;
            var bits = _bits is null ? forgotten : _bits.Row(0, 0) + (index / MaskBits.WordSize);
            var stride = _bits is null ? WordCount : (nint)_bits.InputStride;
            mask.Draw(index, bits, stride);
            for (var input = 0; input < count; input++)
            {
                Add<TLanes>(tensors[0], tensors[input + 1], i, bits + (input * stride), ref totals[input]);
            }
        }

        var sums = _sums.Of(block);
        for (var input = 0; input < count; input++)
        {
            sums[2 * input] = totals[input].Total;
            sums[(2 * input) + 1] = totals[input].Kept;
        }
    }

    private static void Add<TLanes>(byte* origin, byte* source, nint first, uint* bits, ref KeptMagnitudes totals)
        where TLanes : struct, ILanes
    {
        var sums = totals;
        var firstBits = MaskBits.First;
        var secondBits = firstBits << 1;
        for (nint i = 0; i < MergeSweep.Granule; i += MaskBits.WordSize)
        {
            var word = Vector512.Create(*bits++);
            var offset = (first + i) * TLanes.ElementByteCount;
            var next = offset + (ILanes.Count * TLanes.ElementByteCount);
            sums.Add(TLanes.Magnitude(source + offset, origin + offset), MaskBits.Kept(word, firstBits));
            sums.Add(TLanes.Magnitude(source + next, origin + next), MaskBits.Kept(word, secondBits));
        }

        totals = sums;
    }
}
