using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Merging;

/// <summary>
/// DARE without an election (arXiv 2311.03099): output = base + sum_i c_i m_i (input_i - base), m_i the mask of stream i, drawn in registers
/// sixty-four elements at a time and never stored.
/// </summary>
/// <param name="factors">c_i: weight, rescaling and lambda in one.</param>
/// <param name="bounds">Per input, an element is kept when its random word is below this; 2^32 keeps all.</param>
/// <param name="key">The key of the masks.</param>
internal readonly unsafe struct DareKernel(double[] factors, ulong[] bounds, ulong key) : IMapKernel
{
    private readonly double[] _factors = factors;
    private readonly ulong[] _bounds = bounds;
    private readonly ulong _key = key;

    public void Run<TLanes, TResult>(byte** tensors, byte* output, long index, nint count)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        if (!Vector512.IsHardwareAccelerated)
        {
            RunByMasks<TLanes, TResult>(tensors, output, index, count);
            return;
        }

        var inputCount = _factors.Length;
        var starts = stackalloc StreamStart[inputCount];
        var startsOf = ulong.MaxValue;
        var zero = Vector512<double>.Zero;
        for (nint i = 0; i < count; i += MergeSweep.Granule)
        {
            var counter = DareMask.FirstCounter(index + i);
            if (counter >> 32 != startsOf)
            {
                startsOf = counter >> 32;
                DareMask.Start(_key, inputCount, (uint)startsOf, starts);
            }

            var lowerCounters = PhiloxLanes.Open(_key, (uint)counter);
            var upperCounters = PhiloxLanes.Open(_key, (uint)counter + 8);
            var sum0 = zero;
            var sum1 = zero;
            var sum2 = zero;
            var sum3 = zero;
            var sum4 = zero;
            var sum5 = zero;
            var sum6 = zero;
            var sum7 = zero;
            var baseSource = tensors[0] + (i * TLanes.ElementByteCount);
            for (var input = 0; input < inputCount; input++)
            {
                var factor = Vector512.Create(_factors[input]);
                var source = tensors[input + 1] + (i * TLanes.ElementByteCount);
                var bound = Vector512.Create(DareMask.Bound(_bounds[input]));
                lowerCounters.Finish(starts[input], _key, out var word0, out var word2, out var word4, out var word6);
                upperCounters.Finish(starts[input], _key, out var word1, out var word3, out var word5, out var word7);
                Add<TLanes>(source, baseSource, 0, factor, DareMask.Keep(word0, bound), DareMask.Keep(word1, bound), ref sum0, ref sum1);
                Add<TLanes>(source, baseSource, 1, factor, DareMask.Keep(word2, bound), DareMask.Keep(word3, bound), ref sum2, ref sum3);
                Add<TLanes>(source, baseSource, 2, factor, DareMask.Keep(word4, bound), DareMask.Keep(word5, bound), ref sum4, ref sum5);
                Add<TLanes>(source, baseSource, 3, factor, DareMask.Keep(word6, bound), DareMask.Keep(word7, bound), ref sum6, ref sum7);
            }

            var result = output + (i * TResult.ElementByteCount);
            Store<TLanes, TResult>(baseSource, 0, sum0, sum1, result);
            Store<TLanes, TResult>(baseSource, 1, sum2, sum3, result);
            Store<TLanes, TResult>(baseSource, 2, sum4, sum5, result);
            Store<TLanes, TResult>(baseSource, 3, sum6, sum7, result);
        }
    }

    // The same sums with the masks of a granule in memory: half as wide vectors are too many for the registers.
    private void RunByMasks<TLanes, TResult>(byte** tensors, byte* output, long index, nint count)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        var masks = stackalloc double[_factors.Length * MergeSweep.Granule];
        var starts = stackalloc StreamStart[_factors.Length];
        for (nint i = 0; i < count; i += ILanes.Count)
        {
            if (i % MergeSweep.Granule == 0)
            {
                var counter = DareMask.FirstCounter(index + i);
                DareMask.Start(_key, _factors.Length, (uint)(counter >> 32), starts);
                DareMask.Draw(_key, (uint)counter, _bounds, starts, masks);
            }

            var offset = i * TLanes.ElementByteCount;
            TLanes.Load(tensors[0] + offset, out var baseLower, out var baseUpper);
            var lowerSum = Vector512<double>.Zero;
            var upperSum = lowerSum;
            for (var input = 0; input < _factors.Length; input++)
            {
                var factor = Vector512.Create(_factors[input]);
                var mask = masks + (input * MergeSweep.Granule) + (i % MergeSweep.Granule);
                TLanes.Load(tensors[input + 1] + offset, out var lower, out var upper);
                lowerSum += Vector512.Load(mask) & (factor * (lower - baseLower));
                upperSum += Vector512.Load(mask + Vector512<double>.Count) & (factor * (upper - baseUpper));
            }

            TResult.Store(baseLower + lowerSum, baseUpper + upperSum, output + (i * TResult.ElementByteCount));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TLanes>(
        byte* source,
        byte* baseSource,
        int vector,
        Vector512<double> factor,
        Vector512<double> keepLower,
        Vector512<double> keepUpper,
        ref Vector512<double> lowerSum,
        ref Vector512<double> upperSum)
        where TLanes : struct, ILanes
    {
        var offset = vector * ILanes.Count * TLanes.ElementByteCount;
        TLanes.Load(source + offset, out var lower, out var upper);
        TLanes.Load(baseSource + offset, out var baseLower, out var baseUpper);
        lowerSum = Vector512.ConditionalSelect(keepLower, lowerSum + (factor * (lower - baseLower)), lowerSum);
        upperSum = Vector512.ConditionalSelect(keepUpper, upperSum + (factor * (upper - baseUpper)), upperSum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLanes, TResult>(
        byte* baseSource, int vector, Vector512<double> lowerSum, Vector512<double> upperSum, byte* result)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        TLanes.Load(baseSource + (vector * ILanes.Count * TLanes.ElementByteCount), out var baseLower, out var baseUpper);
        TResult.Store(
            baseLower + lowerSum, baseUpper + upperSum, result + (vector * ILanes.Count * TResult.ElementByteCount));
    }
}
