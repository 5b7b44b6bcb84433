using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>The elements of task vectors that masks left, added or put to the vote.</summary>
/// <param name="factors">Weights and scales.</param>
/// <param name="options">Consensus, normalisation, lambda.</param>
internal readonly unsafe struct MaskedSum(SparseFactors factors, SparseMergeOptions options)
{
    private readonly SparseFactors _factors = factors;
    private readonly SparseMergeOptions _options = options;

    /// <summary>Merges a run of elements.</summary>
    /// <param name="tensors">Where each tensor's run begins.</param>
    /// <param name="output">Where the results go.</param>
    /// <param name="count">Elements, a multiple of 32.</param>
    /// <param name="bits">The run's mask of the first input: see <see cref="MaskBits"/>.</param>
    /// <param name="stride">Words from one input's mask to the next one's.</param>
    public void Run<TLanes, TResult>(byte** tensors, byte* output, nint count, uint* bits, nint stride)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        if (_options.ElectSign)
        {
            Elect<TLanes, TResult>(tensors, output, count, bits, stride);
        }
        else
        {
            Add<TLanes, TResult>(tensors, output, count, bits, stride);
        }
    }

    // Two vectors at a time, so that what is done per input is done less often.
    private void Add<TLanes, TResult>(byte** tensors, byte* output, nint count, uint* bits, nint stride)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        var (bits0, bits1, bits2, bits3) = (MaskBits.Of(0), MaskBits.Of(1), MaskBits.Of(2), MaskBits.Of(3));
        fixed (double* sums = _factors.Sums)
        {
            for (nint i = 0; i < count; i += MaskBits.WordSize)
            {
                var offset = i * TLanes.ElementByteCount;
                var next = offset + (ILanes.Count * TLanes.ElementByteCount);
                TLanes.Load(tensors[0] + offset, out var base0, out var base1);
                TLanes.Load(tensors[0] + next, out var base2, out var base3);
                var sum0 = Vector512<double>.Zero;
                var sum1 = sum0;
                var sum2 = sum0;
                var sum3 = sum0;
                var mask = bits++;
                for (nint input = 0; input < _factors.Sums.Length; input++)
                {
                    var word = Vector512.Create((ulong)*mask);
                    mask += stride;
                    var factor = Vector512.Create(sums[input]);
                    TLanes.Load(tensors[input + 1] + offset, out var lower, out var upper);
                    sum0 = AddKept(sum0, factor * (lower - base0), word, bits0);
                    sum1 = AddKept(sum1, factor * (upper - base1), word, bits1);
                    TLanes.Load(tensors[input + 1] + next, out lower, out upper);
                    sum2 = AddKept(sum2, factor * (lower - base2), word, bits2);
                    sum3 = AddKept(sum3, factor * (upper - base3), word, bits3);
                }

                var target = output + (i * TResult.ElementByteCount);
                TResult.Store(base0 + sum0, base1 + sum1, target);
                TResult.Store(base2 + sum2, base3 + sum3, target + (ILanes.Count * TResult.ElementByteCount));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> AddKept(
        Vector512<double> sum, Vector512<double> value, Vector512<ulong> word, Vector512<ulong> bits) =>
        Vector512.ConditionalSelect(MaskBits.Kept(word, bits), sum + value, sum);

    private void Elect<TLanes, TResult>(byte** tensors, byte* output, nint count, uint* bits, nint stride)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        for (nint i = 0; i < count; i += MaskBits.WordSize)
        {
            ElectHalf<TLanes, TResult>(tensors, output, i, bits, stride, MaskBits.Of(0), MaskBits.Of(1));
            ElectHalf<TLanes, TResult>(tensors, output, i + ILanes.Count, bits, stride, MaskBits.Of(2), MaskBits.Of(3));
            bits++;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ElectHalf<TLanes, TResult>(
        byte** tensors, byte* output, nint element, uint* bits, nint stride, Vector512<ulong> lowerBits, Vector512<ulong> upperBits)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        var offset = element * TLanes.ElementByteCount;
        TLanes.Load(tensors[0] + offset, out var baseLower, out var baseUpper);
        var lowerVote = default(SignVote);
        var upperVote = default(SignVote);
        for (nint input = 0; input < _factors.Votes.Length; input++)
        {
            var word = Vector512.Create((ulong)bits[input * stride]);
            var factor = Vector512.Create(_factors.Votes[input]);
            TLanes.Load(tensors[input + 1] + offset, out var lower, out var upper);
            lower = factor * (lower - baseLower) & MaskBits.Kept(word, lowerBits);
            upper = factor * (upper - baseUpper) & MaskBits.Kept(word, upperBits);
            lowerVote.Add(lower);
            upperVote.Add(upper);
            if (_options.Normalize)
            {
                var weight = Vector512.Create(_factors.Weights[input]);
                lowerVote.AddWeight(lower, weight);
                upperVote.AddWeight(upper, weight);
            }
        }

        var lambda = Vector512.Create(_options.Lambda);
        var zeroIsNegative = _options.SignOfZero < 0 ? Vector512<double>.AllBitsSet : Vector512<double>.Zero;
        var lowerSum = lambda * lowerVote.Elect(zeroIsNegative, out var lowerWeight);
        var upperSum = lambda * upperVote.Elect(zeroIsNegative, out var upperWeight);
        if (_options.Normalize)
        {
            lowerSum /= lowerWeight;
            upperSum /= upperWeight;
        }

        TResult.Store(baseLower + lowerSum, baseUpper + upperSum, output + (element * TResult.ElementByteCount));
    }
}
