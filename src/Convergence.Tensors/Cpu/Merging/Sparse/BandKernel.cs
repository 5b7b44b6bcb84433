using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Selection;
using Convergence.Tensors.Cpu.Merging.Sweeping;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>Task vectors cut at both ends of their magnitudes, then added or put to the vote; all in one pass.</summary>
/// <param name="factors">Weights and scales.</param>
/// <param name="cuts">See <see cref="BandThresholds"/>.</param>
/// <param name="options">Consensus, normalisation, lambda.</param>
internal readonly unsafe struct BandKernel(SparseFactors factors, MagnitudeCut[] cuts, SparseMergeOptions options) : IMapKernel<BandKernel>
{
    private readonly SparseFactors _factors = factors;
    private readonly MagnitudeCut[] _cuts = cuts;
    private readonly SparseMergeOptions _options = options;

    public void Run<TLanes, TResult>(byte** tensors, byte* output, Block block)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        var thresholds = stackalloc uint[_cuts.Length * ILanes.Count];
        nint place = 0;
        while (place < block.PaddedCount)
        {
            var end = (nint)(TrimThresholds.Set(_cuts, block.Index + place, block.Index + block.PaddedCount, (int*)thresholds)
                - block.Index);
            if (_options.ElectSign)
            {
                Elect<TLanes, TResult>(tensors, output, place, end, thresholds);
            }
            else
            {
                Add<TLanes, TResult>(tensors, output, place, end, thresholds);
            }

            place = end;
        }
    }

    private void Add<TLanes, TResult>(byte** tensors, byte* output, nint start, nint end, uint* thresholds)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        var sums = _factors.Sums;
        for (var i = start; i < end; i += ILanes.Count)
        {
            var offset = i * TLanes.ElementByteCount;
            TLanes.Load(tensors[0] + offset, out var baseLower, out var baseUpper);
            var lowerSum = Vector512<double>.Zero;
            var upperSum = lowerSum;
            for (var input = 0; input < sums.Length; input++)
            {
                var factor = Vector512.Create(sums[input]);
                LoadKept<TLanes>(tensors, input, offset, thresholds, out var lower, out var upper);
                lowerSum += factor * (lower - baseLower);
                upperSum += factor * (upper - baseUpper);
            }

            TResult.Store(baseLower + lowerSum, baseUpper + upperSum, output + (i * TResult.ElementByteCount));
        }
    }

    private void Elect<TLanes, TResult>(byte** tensors, byte* output, nint start, nint end, uint* thresholds)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        var lambda = Vector512.Create(_options.Lambda);
        var leastPlus = SignVote.LeastPlus(_options.SignOfZero);
        for (var i = start; i < end; i += ILanes.Count)
        {
            var offset = i * TLanes.ElementByteCount;
            TLanes.Load(tensors[0] + offset, out var baseLower, out var baseUpper);
            var lowerVote = default(SignVote);
            var upperVote = default(SignVote);
            for (var input = 0; input < _factors.Weights.Length; input++)
            {
                var weight = Vector512.Create(_factors.Weights[input]);
                var factor = Vector512.Create(_factors.Votes[input]);
                LoadKept<TLanes>(tensors, input, offset, thresholds, out var lower, out var upper);
                lowerVote.Add(factor * (lower - baseLower), weight);
                upperVote.Add(factor * (upper - baseUpper), weight);
            }

            var lowerSum = lambda * lowerVote.Elect(leastPlus, out var lowerWeight);
            var upperSum = lambda * upperVote.Elect(leastPlus, out var upperWeight);
            if (_options.Normalize)
            {
                lowerSum /= lowerWeight;
                upperSum /= upperWeight;
            }

            TResult.Store(baseLower + lowerSum, baseUpper + upperSum, output + (i * TResult.ElementByteCount));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LoadKept<TLanes>(
        byte** tensors, int input, nint offset, uint* thresholds, out Vector512<double> lower, out Vector512<double> upper)
        where TLanes : struct, ILanes
    {
        var source = tensors[input + 1] + offset;
        var baseSource = tensors[0] + offset;
        var keep = BandThresholds.Keep(TLanes.Magnitude(source, baseSource), thresholds, input);
        TLanes.LoadKept(source, baseSource, keep, out lower, out upper);
    }
}
