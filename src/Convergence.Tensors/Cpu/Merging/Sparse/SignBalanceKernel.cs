using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Selection;
using Convergence.Tensors.Cpu.Merging.Sweeping;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>Counts the elements that elect plus less those that elect minus, after trimming and weighting.</summary>
/// <param name="weights">One per input.</param>
/// <param name="cuts">One per input.</param>
/// <param name="counts">Per worker, spaced.</param>
internal readonly unsafe struct SignBalanceKernel(double[] weights, MagnitudeCut[] cuts, long[] counts) : IBlockKernel
{
    private readonly double[] _weights = weights;
    private readonly MagnitudeCut[] _cuts = cuts;
    private readonly long[] _counts = counts;

    public void Run<TLanes>(byte** tensors, Block block) where TLanes : struct, ILanes
    {
        var thresholds = stackalloc int[_cuts.Length * ILanes.Count];
        var balance = Vector512<long>.Zero;
        nint place = 0;
        while (place < block.PaddedCount)
        {
            var end = (nint)(TrimThresholds.Set(_cuts, block.Index + place, block.Index + block.PaddedCount, thresholds) - block.Index);
            for (; place < end; place += ILanes.Count)
            {
                var offset = place * TLanes.ElementByteCount;
                TLanes.Load(tensors[0] + offset, out var baseLower, out var baseUpper);
                var lowerVote = default(SignVote);
                var upperVote = default(SignVote);
                for (var input = 0; input < _weights.Length; input++)
                {
                    var weight = Vector512.Create(_weights[input]);
                    var source = tensors[input + 1] + offset;
                    TLanes.LoadLeast(
                        source, tensors[0] + offset, TLanes.Magnitude(source, tensors[0] + offset).AsInt32(),
                        Vector512.Load(thresholds + (input * ILanes.Count)), out var lower, out var upper);
                    lowerVote.Add(weight * (lower - baseLower));
                    upperVote.Add(weight * (upper - baseUpper));
                }

                balance += lowerVote.Balance() + upperVote.Balance();
            }
        }

        _counts[block.Worker * WorkerCounts.Spacing] += Vector512.Sum(balance);
    }
}
