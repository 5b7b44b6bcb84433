using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Combining;

/// <summary>RAM (arXiv 2601.13572): what several models change is averaged over them, what one changes alone is taken over.</summary>
/// <param name="aloneFactors">Per model, the factor of what it changes alone.</param>
/// <param name="threshold">A place is changed when |delta| exceeds this.</param>
internal readonly unsafe struct OverlapMergeKernel(double[] aloneFactors, double threshold) : IMapKernel<OverlapMergeKernel>
{
    private readonly double[] _aloneFactors = aloneFactors;
    private readonly double _threshold = threshold;

    public void Run<TLanes, TResult>(byte** tensors, byte* output, Block block)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        var threshold = Vector512.Create(_threshold);
        for (nint i = 0; i < block.PaddedCount; i += ILanes.Count)
        {
            var offset = i * TLanes.ElementByteCount;
            TLanes.Load(tensors[0] + offset, out var baseLower, out var baseUpper);
            var lowerChange = default(Overlap);
            var upperChange = default(Overlap);
            for (var input = 0; input < _aloneFactors.Length; input++)
            {
                var factor = Vector512.Create(_aloneFactors[input]);
                TLanes.Load(tensors[input + 1] + offset, out var lower, out var upper);
                lowerChange.Add(lower - baseLower, threshold, factor);
                upperChange.Add(upper - baseUpper, threshold, factor);
            }

            TResult.Store(
                baseLower + lowerChange.Merge(), baseUpper + upperChange.Merge(), output + (i * TResult.ElementByteCount));
        }
    }

    /// <summary>Eight elements over the models.</summary>
    private ref struct Overlap
    {
        private Vector512<double> _sum;
        private Vector512<double> _scaledSum;
        private Vector512<double> _count;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(Vector512<double> delta, Vector512<double> threshold, Vector512<double> factor)
        {
            var changes = Vector512.GreaterThan(Vector512.Abs(delta), threshold);
            delta &= changes;
            _sum += delta;
            _scaledSum += factor * delta;
            _count += changes & Vector512<double>.One;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly Vector512<double> Merge()
        {
            var one = Vector512<double>.One;
            return Vector512.ConditionalSelect(Vector512.Equals(_count, one), _scaledSum, _sum / Vector512.Max(_count, one));
        }
    }
}
