using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>DARE without an election (arXiv 2311.03099): output = base + sum_i c_i m_i (input_i - base), m_i the mask of input i.</summary>
/// <param name="factors">c_i: weight, rescaling and lambda in one.</param>
/// <param name="bounds">See <see cref="DareMask.BoundOf"/>.</param>
/// <param name="key">The key of the masks.</param>
internal readonly unsafe struct DareKernel(double[] factors, ulong[] bounds, ulong key) : IMapKernel
{
    private readonly double[] _factors = factors;
    private readonly ulong[] _bounds = bounds;
    private readonly ulong _key = key;

    public void Run<TLanes, TResult>(byte** tensors, byte* output, Block block)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        var memory = stackalloc byte[DareMask.ByteCount(_bounds.Length)];
        var mask = new DareMask(_key, _bounds, memory);
        fixed (double* factors = _factors)
        {
            for (nint i = 0; i < block.PaddedCount; i += MergeSweep.Granule)
            {
                mask.Draw(block.Index + i);
                for (nint place = 0; place < MergeSweep.Granule; place += 2 * ILanes.Count)
                {
                    Merge<TLanes, TResult>(tensors, (i + place) * TLanes.ElementByteCount, factors, mask, place, output + ((i + place) * TResult.ElementByteCount));
                }
            }
        }
    }

    // Two vectors at a time, so that what is done per input is done less often.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Merge<TLanes, TResult>(byte** tensors, nint offset, double* factors, in DareMask mask, nint place, byte* output)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        var next = offset + (ILanes.Count * TLanes.ElementByteCount);
        var origin = tensors[0];
        TLanes.Load(origin + offset, out var base0, out var base1);
        TLanes.Load(origin + next, out var base2, out var base3);
        var sum0 = Vector512<double>.Zero;
        var sum1 = sum0;
        var sum2 = sum0;
        var sum3 = sum0;
        for (nint input = 0; input < _factors.Length; input++)
        {
            var factor = Vector512.Create(factors[input]);
            var least = mask.Least(input);
            var source = tensors[input + 1];
            TLanes.LoadLeast(source + offset, origin + offset, mask.Values(input, place), least, out var lower, out var upper);
            sum0 += factor * (lower - base0);
            sum1 += factor * (upper - base1);
            TLanes.LoadLeast(source + next, origin + next, mask.Values(input, place + ILanes.Count), least, out lower, out upper);
            sum2 += factor * (lower - base2);
            sum3 += factor * (upper - base3);
        }

        TResult.Store(base0 + sum0, base1 + sum1, output);
        TResult.Store(base2 + sum2, base3 + sum3, output + (ILanes.Count * TResult.ElementByteCount));
    }
}
