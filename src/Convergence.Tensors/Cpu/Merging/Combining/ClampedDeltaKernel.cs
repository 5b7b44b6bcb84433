using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Combining;

/// <summary>output = base + clamp(slope * (input - base), -limit, limit); the input itself where nothing is cut or scaled.</summary>
internal readonly unsafe struct ClampedDeltaKernel(double limit, double slope) : IMapKernel<ClampedDeltaKernel>
{
    private readonly double _limit = limit;
    private readonly double _slope = slope;

    public void Run<TLanes, TResult>(byte** tensors, byte* output, Block block)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        var limit = Vector512.Create(_limit);
        var slope = Vector512.Create(_slope);
        var swapLimit = Vector512.Create(_slope == 1 ? _limit : -1);
        for (nint i = 0; i < block.PaddedCount; i += ILanes.Count)
        {
            var offset = i * TLanes.ElementByteCount;
            TLanes.Load(tensors[0] + offset, out var baseLower, out var baseUpper);
            TLanes.Load(tensors[1] + offset, out var lower, out var upper);
            TResult.Store(
                Move(baseLower, lower, limit, slope, swapLimit),
                Move(baseUpper, upper, limit, slope, swapLimit),
                output + (i * TResult.ElementByteCount));
        }
    }

    private static Vector512<double> Move(
        Vector512<double> origin, Vector512<double> element, Vector512<double> limit, Vector512<double> slope, Vector512<double> swapLimit)
    {
        var delta = element - origin;
        var change = Vector512.MinNative(Vector512.MaxNative(slope * delta, -limit), limit);
        return Vector512.ConditionalSelect(Vector512.LessThanOrEqual(Vector512.Abs(delta), swapLimit), element, origin + change);
    }
}
