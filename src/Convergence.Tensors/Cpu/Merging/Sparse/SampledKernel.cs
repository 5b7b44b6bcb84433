using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>
/// The sampled elements of one row's task vectors, each over the probability with which it was kept, added or put to the vote.
/// </summary>
/// <param name="factors">Weights and scales.</param>
/// <param name="sampler">Knows the probabilities.</param>
/// <param name="row">Ranks and masks.</param>
/// <param name="options">Consensus, normalisation, lambda.</param>
internal readonly unsafe struct SampledKernel(SparseFactors factors, RankedSampler sampler, RankedRow row, SparseMergeOptions options)
    : IMapKernel<SampledKernel>
{
    private readonly SparseFactors _factors = factors;
    private readonly RankedSampler _sampler = sampler;
    private readonly RankedRow _row = row;
    private readonly SparseMergeOptions _options = options;

    public void Run<TLanes, TResult>(byte** tensors, byte* output, Block block)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        for (nint i = 0; i < block.PaddedCount; i += ILanes.Count)
        {
            var offset = i * TLanes.ElementByteCount;
            TLanes.Load(tensors[0] + offset, out var baseLower, out var baseUpper);
            var (lower, upper) = _options.ElectSign
                ? Elect<TLanes>(tensors, offset, block.Index + i)
                : Add<TLanes>(tensors, offset, block.Index + i);
            TResult.Store(baseLower + lower, baseUpper + upper, output + (i * TResult.ElementByteCount));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (Vector512<double> Lower, Vector512<double> Upper) Add<TLanes>(byte** tensors, nint offset, long place)
        where TLanes : struct, ILanes
    {
        var lowerSum = Vector512<double>.Zero;
        var upperSum = lowerSum;
        for (var input = 0; input < _factors.Sums.Length; input++)
        {
            var (lower, upper) = Sampled<TLanes>(tensors, input, offset, place, _factors.Sums[input]);
            lowerSum += lower;
            upperSum += upper;
        }

        return (lowerSum, upperSum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (Vector512<double> Lower, Vector512<double> Upper) Elect<TLanes>(byte** tensors, nint offset, long place)
        where TLanes : struct, ILanes
    {
        var lambda = Vector512.Create(_options.Lambda);
        var leastPlus = SignVote.LeastPlus(_options.SignOfZero);
        var lowerVote = default(SignVote);
        var upperVote = default(SignVote);
        for (var input = 0; input < _factors.Weights.Length; input++)
        {
            var weight = Vector512.Create(_factors.Weights[input]);
            var (lower, upper) = Sampled<TLanes>(tensors, input, offset, place, _factors.Votes[input]);
            lowerVote.Add(lower, weight);
            upperVote.Add(upper, weight);
        }

        var lowerSum = lambda * lowerVote.Elect(leastPlus, out var lowerWeight);
        var upperSum = lambda * upperVote.Elect(leastPlus, out var upperWeight);
        return _options.Normalize ? (lowerSum / lowerWeight, upperSum / upperWeight) : (lowerSum, upperSum);
    }

    // factor * delta / probability; zero where it was dropped.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (Vector512<double> Lower, Vector512<double> Upper) Sampled<TLanes>(
        byte** tensors, int input, nint offset, long place, double factor)
        where TLanes : struct, ILanes
    {
        var word = Vector512.Create((ulong)_row.Bits(input)[place / MaskBits.WordSize]) >> (int)(place / ILanes.Count % 2);
        TLanes.Load(tensors[0] + offset, out var baseLower, out var baseUpper);
        TLanes.Load(tensors[input + 1] + offset, out var lower, out var upper);
        lower = Vector512.Create(factor) * (lower - baseLower) & MaskBits.Kept(word, MaskBits.Of(0));
        upper = Vector512.Create(factor) * (upper - baseUpper) & MaskBits.Kept(word, MaskBits.Of(1));
        var (lowerRank, upperRank) = UnsignedLanes.Widen(Vector512.Load(_row.Ranks(input) + place));
        return (lower / _sampler.Probability(input, lowerRank), upper / _sampler.Probability(input, upperRank));
    }
}
