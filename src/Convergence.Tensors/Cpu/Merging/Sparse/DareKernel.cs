using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>DARE (arXiv 2311.03099), with or without an election of signs: masks are drawn and used granule by granule.</summary>
/// <param name="sum">What is done with what the masks leave.</param>
/// <param name="bounds">See <see cref="DareMask.BoundOf"/>.</param>
/// <param name="key">The key of the masks.</param>
internal readonly unsafe struct DareKernel(MaskedSum sum, ulong[] bounds, ulong key) : IMapKernel
{
    private readonly MaskedSum _sum = sum;
    private readonly ulong[] _bounds = bounds;
    private readonly ulong _key = key;

    public void Run<TLanes, TResult>(byte** tensors, byte* output, Block block)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        const int WordCount = MergeSweep.Granule / MaskBits.WordSize;
        var memory = stackalloc byte[DareMask.ByteCount(_bounds.Length)];
        var bits = stackalloc uint[_bounds.Length * WordCount];
        var run = stackalloc byte*[_bounds.Length + 1];
        var mask = new DareMask(_key, _bounds, memory);
        for (nint i = 0; i < block.PaddedCount; i += MergeSweep.Granule)
        {
            mask.Draw(block.Index + i, bits, WordCount);
            for (var tensor = 0; tensor <= _bounds.Length; tensor++)
            {
                run[tensor] = tensors[tensor] + (i * TLanes.ElementByteCount);
            }

            _sum.Run<TLanes, TResult>(run, output + (i * TResult.ElementByteCount), MergeSweep.Granule, bits, WordCount);
        }
    }
}
