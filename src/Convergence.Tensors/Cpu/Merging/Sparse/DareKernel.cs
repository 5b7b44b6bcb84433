using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>DARE (arXiv 2311.03099), with or without an election of signs: masks are drawn and used granule by granule.</summary>
/// <param name="sum">What is done with what the masks leave.</param>
/// <param name="bounds">See <see cref="DareMask.BoundOf"/>.</param>
/// <param name="key">The key of the masks.</param>
internal readonly unsafe struct DareKernel(MaskedSum sum, ulong[] bounds, ulong key) : IMapKernel<DareKernel>
{
    private readonly MaskedSum _sum = sum;
    private readonly ulong[] _bounds = bounds;
    private readonly ulong _key = key;

    public static bool SharesReading => true;

    private static int WordCount => MergeSweep.Granule / MaskBits.WordSize;

    public void Run<TLanes, TResult>(byte** tensors, byte* output, Block block)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        var memory = stackalloc byte[DareMask.ByteCount(_bounds.Length)];
        var bits = stackalloc uint[_bounds.Length * WordCount];
        var mask = new DareMask(_key, _bounds, memory);
        for (nint i = 0; i < block.PaddedCount; i += MergeSweep.Granule)
        {
            mask.Draw(block.Index + i, bits, WordCount);
            _sum.Run<StoredVectors<TLanes>, TResult>(
                new StoredVectors<TLanes>(tensors, i), output + (i * TResult.ElementByteCount), MergeSweep.Granule, bits, WordCount);
        }
    }

    // Kernels of one key compare the same numbers, each with its own bounds.
    public static void RunAll<TLanes, TResult>(ReadOnlySpan<DareKernel> kernels, byte** tensors, byte** outputs, Block block)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        if (kernels.Length == 1)
        {
            kernels[0].Run<TLanes, TResult>(tensors, outputs[0], block);
            return;
        }

        var inputCount = kernels[0]._bounds.Length;
        var memory = stackalloc byte[DareMask.ByteCount(inputCount)];
        var bits = stackalloc uint[inputCount * WordCount];
        var staged = stackalloc double[StagedVectors.Length(inputCount)];
        var vectors = new StagedVectors(staged);
        for (nint i = 0; i < block.PaddedCount; i += MergeSweep.Granule)
        {
            vectors.Fill(new StoredVectors<TLanes>(tensors, i), inputCount, MergeSweep.Granule);
            for (var first = 0; first < kernels.Length; first++)
            {
                var key = kernels[first]._key;
                if (IndexOf(key, kernels) < first)
                {
                    continue;
                }

                var mask = new DareMask(key, kernels[first]._bounds, memory);
                mask.DrawNumbers(block.Index + i);
                for (var kernel = first; kernel < kernels.Length; kernel++)
                {
                    if (kernels[kernel]._key == key)
                    {
                        mask.Compare(kernels[kernel]._bounds, block.Index + i, bits, WordCount);
                        kernels[kernel]._sum.Run<StagedVectors, TResult>(
                            vectors, outputs[kernel] + (i * TResult.ElementByteCount), MergeSweep.Granule, bits, WordCount);
                    }
                }
            }
        }
    }

    private static int IndexOf(ulong key, ReadOnlySpan<DareKernel> kernels)
    {
        var index = 0;
        while (kernels[index]._key != key)
        {
            index++;
        }

        return index;
    }
}
