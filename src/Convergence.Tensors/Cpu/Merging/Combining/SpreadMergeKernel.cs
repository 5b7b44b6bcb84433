using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Selection;
using Convergence.Tensors.Cpu.Merging.Sparse;
using Convergence.Tensors.Cpu.Merging.Sweeping;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging.Combining;

/// <summary>
/// SCE's calculation and erasure (arXiv 2408.07990): the mean, by energy, of the task vectors that agree with the elected sign.
/// </summary>
/// <param name="shares">Per model its share of the energy.</param>
/// <param name="cut">Which places take part.</param>
internal readonly unsafe struct SpreadMergeKernel(double[] shares, MagnitudeCut cut) : IMapKernel<SpreadMergeKernel>
{
    private readonly double[] _shares = shares;
    private readonly MagnitudeCut _cut = cut;

    public void Run<TLanes, TResult>(byte** tensors, byte* output, Block block)
        where TLanes : struct, ILanes
        where TResult : struct, IResult
    {
        var places = new SpreadMask(_cut, _shares.Length, block.Index);
        for (nint i = 0; i < block.PaddedCount; i += ILanes.Count)
        {
            var offset = i * TLanes.ElementByteCount;
            var keep = places.Keep<TLanes>(tensors + 1, offset, i);
            TLanes.Load(tensors[0] + offset, out var baseLower, out var baseUpper);
            var lowerVote = default(SignVote);
            var upperVote = default(SignVote);
            for (var input = 0; input < _shares.Length; input++)
            {
                TLanes.LoadKept(tensors[input + 1] + offset, tensors[0] + offset, keep, out var lower, out var upper);
                lowerVote.Add(lower - baseLower);
                upperVote.Add(upper - baseUpper);
            }

            var lowerIsMinus = lowerVote.ElectsMinus(Vector512<double>.Zero);
            var upperIsMinus = upperVote.ElectsMinus(Vector512<double>.Zero);
            var lowerMean = default(WeightedMean);
            var upperMean = default(WeightedMean);
            for (var input = 0; input < _shares.Length; input++)
            {
                var share = Vector512.Create(_shares[input]);
                TLanes.LoadKept(tensors[input + 1] + offset, tensors[0] + offset, keep, out var lower, out var upper);
                lowerMean.Add(lower - baseLower, lowerIsMinus, share);
                upperMean.Add(upper - baseUpper, upperIsMinus, share);
            }

            TResult.Store(
                baseLower + lowerMean.Value(), baseUpper + upperMean.Value(), output + (i * TResult.ElementByteCount));
        }
    }

    /// <summary>The mean of eight elements over the models that agree with a sign; zero where none does.</summary>
    private ref struct WeightedMean
    {
        private Vector512<double> _sum;
        private Vector512<double> _weight;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(Vector512<double> value, Vector512<double> isMinus, Vector512<double> weight)
        {
            var zero = Vector512<double>.Zero;
            var agrees = Vector512.ConditionalSelect(isMinus, Vector512.LessThan(value, zero), Vector512.GreaterThan(value, zero));
            _sum += agrees & (weight * value);
            _weight += agrees & weight;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly Vector512<double> Value() =>
            _sum / Vector512.ConditionalSelect(Vector512.Equals(_weight, Vector512<double>.Zero), Vector512<double>.One, _weight);
    }
}
