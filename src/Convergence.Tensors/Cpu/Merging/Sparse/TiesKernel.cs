using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Selection;
using Convergence.Tensors.Cpu.Merging.Sweeping;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>
/// TIES (arXiv 2306.01708): task vectors trimmed by magnitude, a sign elected, what agrees with it averaged; all in one pass.
/// </summary>
internal readonly unsafe struct TiesKernel(double[] weights, MagnitudeCut[] cuts, TiesOptions options) : IMapKernel
{
    private readonly double[] _weights = weights;
    private readonly MagnitudeCut[] _cuts = cuts;
    private readonly TiesOptions _options = options;

    public void Run<TLanes, TResult>(byte** tensors, byte* output, Block block)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        var thresholds = stackalloc int[_cuts.Length * ILanes.Count];
        nint place = 0;
        while (place < block.PaddedCount)
        {
            var end = (nint)(TrimThresholds.Set(_cuts, block.Index + place, block.Index + block.PaddedCount, thresholds) - block.Index);
            Merge<TLanes, TResult>(tensors, output, place, end, thresholds);
            place = end;
        }
    }

    // From start to end; thresholds holds per input sixteen numbers, one per lane: the least magnitude that stays.
    private void Merge<TLanes, TResult>(byte** tensors, byte* output, nint start, nint end, int* thresholds)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        var zeroIsNegative = _options.SignOfZero < 0 ? Vector512<double>.AllBitsSet : Vector512<double>.Zero;
        var lambda = Vector512.Create(_options.Lambda);
        var isMean = _options.Normalize;
        nint inputCount = _weights.Length;
        fixed (double* weights = _weights)
        {
            for (var i = start; i < end; i += ILanes.Count)
            {
                var offset = i * TLanes.ElementByteCount;
                var origin = tensors[0] + offset;
                TLanes.Load(origin, out var baseLower, out var baseUpper);
                var lowerVote = default(SignVote);
                var upperVote = default(SignVote);
                for (nint input = 0; input < inputCount; input++)
                {
                    var weight = Vector512.Create(weights[input]);
                    var source = tensors[input + 1] + offset;
                    var magnitudes = TLanes.Magnitude(source, origin).AsInt32();
                    TLanes.LoadLeast(
                        source, origin, magnitudes, Vector512.Load(thresholds + (input * ILanes.Count)), out var lower, out var upper);
                    lower = weight * (lower - baseLower);
                    upper = weight * (upper - baseUpper);
                    lowerVote.Add(lower);
                    upperVote.Add(upper);
                    if (isMean)
                    {
                        lowerVote.AddWeight(lower, weight);
                        upperVote.AddWeight(upper, weight);
                    }
                }

                var lowerSum = lambda * lowerVote.Elect(zeroIsNegative, out var lowerWeight);
                var upperSum = lambda * upperVote.Elect(zeroIsNegative, out var upperWeight);
                if (isMean)
                {
                    lowerSum /= lowerWeight;
                    upperSum /= upperWeight;
                }

                TResult.Store(baseLower + lowerSum, baseUpper + upperSum, output + (i * TResult.ElementByteCount));
            }
        }
    }
}
