using System.Numerics;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Combining;

/// <summary>Counts the places that each task vector changes, and those that it changes alone.</summary>
/// <param name="count">Models.</param>
/// <param name="threshold">A place is changed when |delta| exceeds this.</param>
/// <param name="counts">Per worker and model: alone, then all.</param>
internal readonly unsafe struct OverlapCountKernel(int count, double threshold, long[] counts) : IBlockKernel
{
    private readonly int _count = count;
    private readonly double _threshold = threshold;
    private readonly long[] _counts = counts;

    /// <summary>From one worker's counts to the next one's, which begin on a cache line of their own.</summary>
    public static int CountsPerWorker(int count) =>
        ((2 * count) + WorkerCounts.Spacing - 1) / WorkerCounts.Spacing * WorkerCounts.Spacing;

    public void Run<TLanes>(byte** tensors, Block block) where TLanes : struct, ILanes
    {
        var threshold = Vector512.Create(_threshold);
        var changes = stackalloc uint[_count];
        var counts = _counts.AsSpan(block.Worker * CountsPerWorker(_count), 2 * _count);
        for (nint i = 0; i < block.PaddedCount; i += ILanes.Count)
        {
            var offset = i * TLanes.ElementByteCount;
            TLanes.Load(tensors[0] + offset, out var baseLower, out var baseUpper);
            var once = 0u;
            var twice = 0u;
            for (var input = 0; input < _count; input++)
            {
                TLanes.Load(tensors[input + 1] + offset, out var lower, out var upper);
                var change = (uint)Vector512.GreaterThan(Vector512.Abs(lower - baseLower), threshold).ExtractMostSignificantBits()
                    | ((uint)Vector512.GreaterThan(Vector512.Abs(upper - baseUpper), threshold).ExtractMostSignificantBits()
                        << Vector512<double>.Count);
                twice |= once & change;
                once |= change;
                changes[input] = change;
            }

            for (var input = 0; input < _count; input++)
            {
                counts[2 * input] += BitOperations.PopCount(changes[input] & ~twice);
                counts[(2 * input) + 1] += BitOperations.PopCount(changes[input]);
            }
        }
    }
}
