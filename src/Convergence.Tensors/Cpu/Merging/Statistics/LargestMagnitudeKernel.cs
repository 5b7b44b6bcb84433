using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Statistics;

/// <summary>The largest |element| that each worker has seen; NaN once there was one.</summary>
/// <param name="largest">Per worker, spaced as <see cref="WorkerCounts"/>; 0 before the first block.</param>
internal readonly unsafe struct LargestMagnitudeKernel(double[] largest) : IBlockKernel
{
    private readonly double[] _largest = largest;

    public void Run<TLanes>(byte** tensors, Block block) where TLanes : struct, ILanes
    {
        // Padding is zeros, which are never the largest.
        var lowerLargest = Vector512<double>.Zero;
        var upperLargest = lowerLargest;
        for (nint i = 0; i < block.PaddedCount; i += ILanes.Count)
        {
            TLanes.Load(tensors[0] + (i * TLanes.ElementByteCount), out var lower, out var upper);
            lowerLargest = Vector512.Max(lowerLargest, Vector512.Abs(lower));
            upperLargest = Vector512.Max(upperLargest, Vector512.Abs(upper));
        }

        var lanes = Vector512.Max(lowerLargest, upperLargest);
        ref var seen = ref _largest[block.Worker * WorkerCounts.Spacing];
        for (var lane = 0; lane < Vector512<double>.Count; lane++)
        {
            seen = Math.Max(seen, lanes[lane]);
        }
    }
}
