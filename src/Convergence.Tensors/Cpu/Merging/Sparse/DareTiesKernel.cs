using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>DARE with an election: signs are elected over what the masks left, as in TIES.</summary>
/// <param name="weights">a_i.</param>
/// <param name="scales">1 / density_i, or 1.</param>
/// <param name="bounds">See <see cref="DareMask.BoundOf"/>.</param>
/// <param name="options">Key, lambda, normalisation.</param>
internal readonly unsafe struct DareTiesKernel(double[] weights, double[] scales, ulong[] bounds, DareOptions options) : IMapKernel
{
    private readonly double[] _weights = weights;
    private readonly double[] _scales = scales;
    private readonly ulong[] _bounds = bounds;
    private readonly DareOptions _options = options;

    public void Run<TLanes, TResult>(byte** tensors, byte* output, Block block)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        var memory = stackalloc byte[DareMask.ByteCount(_bounds.Length)];
        var mask = new DareMask(_options.Key, _bounds, memory);
        for (nint i = 0; i < block.PaddedCount; i += MergeSweep.Granule)
        {
            mask.Draw(block.Index + i);
            for (var place = 0; place < MergeSweep.Granule; place += ILanes.Count)
            {
                Merge<TLanes, TResult>(tensors, output, i + place, mask, place);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Merge<TLanes, TResult>(byte** tensors, byte* output, nint element, DareMask mask, int place)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        var offset = element * TLanes.ElementByteCount;
        TLanes.Load(tensors[0] + offset, out var baseLower, out var baseUpper);
        var lowerVote = default(SignVote);
        var upperVote = default(SignVote);
        for (var input = 0; input < _weights.Length; input++)
        {
            var weight = Vector512.Create(_weights[input]);
            var factor = Vector512.Create(_weights[input] * _scales[input]);
            TLanes.LoadLeast(
                tensors[input + 1] + offset, tensors[0] + offset, mask.Values(input, place), mask.Least(input), out var lower, out var upper);
            lower = factor * (lower - baseLower);
            upper = factor * (upper - baseUpper);
            lowerVote.Add(lower);
            upperVote.Add(upper);
            if (_options.Normalize)
            {
                lowerVote.AddWeight(lower, weight);
                upperVote.AddWeight(upper, weight);
            }
        }

        var lambda = Vector512.Create(_options.Lambda);
        var lowerSum = lambda * lowerVote.Elect(Vector512<double>.Zero, out var lowerWeight);
        var upperSum = lambda * upperVote.Elect(Vector512<double>.Zero, out var upperWeight);
        if (_options.Normalize)
        {
            lowerSum /= lowerWeight;
            upperSum /= upperWeight;
        }

        TResult.Store(baseLower + lowerSum, baseUpper + upperSum, output + (element * TResult.ElementByteCount));
    }
}
