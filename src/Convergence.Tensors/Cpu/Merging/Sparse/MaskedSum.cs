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
    /// <param name="vectors">The base and the task vectors, from the run's first element on.</param>
    /// <param name="output">Where the results go.</param>
    /// <param name="count">Elements, a multiple of 32.</param>
    /// <param name="bits">The run's mask of the first input: see <see cref="MaskBits"/>.</param>
    /// <param name="stride">Words from one input's mask to the next one's.</param>
    public void Run<TVectors, TResult>(TVectors vectors, byte* output, nint count, uint* bits, nint stride)
        where TVectors : struct, ITaskVectors
        where TResult : struct, IResult
    {
        if (_options.ElectSign)
        {
            Elect<TVectors, TResult>(vectors, output, count, bits, stride);
        }
        else
        {
            Add<TVectors, TResult>(vectors, output, count, bits, stride);
        }
    }

    // Two vectors at a time, so that what is done per input is done less often.
    private void Add<TVectors, TResult>(TVectors vectors, byte* output, nint count, uint* bits, nint stride)
        where TVectors : struct, ITaskVectors
        where TResult : struct, IResult
    {
        var (bits0, bits1, bits2, bits3) = (MaskBits.Of(0), MaskBits.Of(1), MaskBits.Of(2), MaskBits.Of(3));
        fixed (double* sums = _factors.Sums)
        {
            for (nint i = 0; i < count; i += MaskBits.WordSize)
            {
                var next = i + ILanes.Count;
                vectors.LoadBase(i, out var base0, out var base1);
                vectors.LoadBase(next, out var base2, out var base3);
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
                    vectors.LoadChange(input, i, base0, base1, out var lower, out var upper);
                    sum0 = AddKept(sum0, factor * lower, word, bits0);
                    sum1 = AddKept(sum1, factor * upper, word, bits1);
                    vectors.LoadChange(input, next, base2, base3, out lower, out upper);
                    sum2 = AddKept(sum2, factor * lower, word, bits2);
                    sum3 = AddKept(sum3, factor * upper, word, bits3);
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

    private void Elect<TVectors, TResult>(TVectors vectors, byte* output, nint count, uint* bits, nint stride)
        where TVectors : struct, ITaskVectors
        where TResult : struct, IResult
    {
        for (nint i = 0; i < count; i += MaskBits.WordSize)
        {
            ElectHalf<TVectors, TResult>(vectors, output, i, bits, stride, MaskBits.Of(0), MaskBits.Of(1));
            ElectHalf<TVectors, TResult>(vectors, output, i + ILanes.Count, bits, stride, MaskBits.Of(2), MaskBits.Of(3));
            bits++;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ElectHalf<TVectors, TResult>(
        TVectors vectors, byte* output, nint element, uint* bits, nint stride, Vector512<ulong> lowerBits, Vector512<ulong> upperBits)
        where TVectors : struct, ITaskVectors
        where TResult : struct, IResult
    {
        vectors.LoadBase(element, out var baseLower, out var baseUpper);
        var lowerVote = default(SignVote);
        var upperVote = default(SignVote);
        for (nint input = 0; input < _factors.Votes.Length; input++)
        {
            var word = Vector512.Create((ulong)bits[input * stride]);
            var factor = Vector512.Create(_factors.Votes[input]);
            vectors.LoadChange(input, element, baseLower, baseUpper, out var lower, out var upper);
            lower = factor * lower & MaskBits.Kept(word, lowerBits);
            upper = factor * upper & MaskBits.Kept(word, upperBits);
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
        var leastPlus = SignVote.LeastPlus(_options.SignOfZero);
        var lowerSum = lambda * lowerVote.Elect(leastPlus, out var lowerWeight);
        var upperSum = lambda * upperVote.Elect(leastPlus, out var upperWeight);
        if (_options.Normalize)
        {
            lowerSum /= lowerWeight;
            upperSum /= upperWeight;
        }

        TResult.Store(baseLower + lowerSum, baseUpper + upperSum, output + (element * TResult.ElementByteCount));
    }
}
