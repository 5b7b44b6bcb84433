using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Selection;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Combining;

/// <summary>output = input where |input - base| * factor, as a float, is at least the threshold; the base elsewhere.</summary>
internal readonly unsafe struct TakeImportantKernel(double factor, double threshold) : IMapKernel<TakeImportantKernel>
{
    private readonly double _factor = factor;
    private readonly double _threshold = threshold;

    public void Run<TLanes, TResult>(byte** tensors, byte* output, Block block)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        var factor = Vector512.Create(_factor);
        var threshold = Vector512.Create(_threshold);
        for (nint i = 0; i < block.PaddedCount; i += ILanes.Count)
        {
            var offset = i * TLanes.ElementByteCount;
            TLanes.Load(tensors[0] + offset, out var baseLower, out var baseUpper);
            TLanes.Load(tensors[1] + offset, out var lower, out var upper);
            var (lowerImportance, upperImportance) = Vector512.Widen(Importance.Of(lower - baseLower, upper - baseUpper, factor));
            TResult.Store(
                Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(lowerImportance, threshold), lower, baseLower),
                Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(upperImportance, threshold), upper, baseUpper),
                output + (i * TResult.ElementByteCount));
        }
    }
}
