using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Statistics;

/// <summary>
/// Looks once at base and inputs: inner products of b and the d_i = w_i - b, their magnitudes, and where their signs disagree. A block's
/// sums are float64 over a fixed number of lanes in a fixed order, so they depend on its elements alone; counts are whole numbers,
/// whose order does not matter. Differences of floats are exact in float64. The tile stays in the cache while pair after pair is visited.
/// </summary>
/// <param name="layout">Where each sum and count is kept.</param>
/// <param name="largeBound">|d_i| above this is counted as large.</param>
/// <param name="sums">Per block, <see cref="SurveyLayout.SumCount"/> sums.</param>
/// <param name="counts">Per worker, <see cref="SurveyLayout.CountSpacing"/> counts.</param>
internal readonly unsafe struct SurveyKernel(SurveyLayout layout, double largeBound, double[] sums, long[] counts) : IBlockKernel
{
    private readonly SurveyLayout _layout = layout;
    private readonly double _largeBound = largeBound;
    private readonly double[] _sums = sums;
    private readonly long[] _counts = counts;

    public void Run<TLanes>(byte** tensors, Block block) where TLanes : struct, ILanes
    {
        var blockSums = _sums.AsSpan(checked((int)(block.Place / MergeSweep.TileSize)) * _layout.SumCount, _layout.SumCount);
        var workerCounts = _counts.AsSpan(block.Worker * _layout.CountSpacing, _layout.CountSpacing);
        blockSums[_layout.Product(0, 0)] = Energy<TLanes>(tensors[0], block.PaddedCount, out var finite);
        workerCounts[SurveyLayout.NonFinite(0)] += block.PaddedCount - finite;
        for (var input = 0; input < _layout.InputCount; input++)
        {
            Look<TLanes>(tensors[0], tensors[input + 1], input, block, blockSums, workerCounts);
            for (var other = input + 1; other < _layout.InputCount; other++)
            {
                blockSums[_layout.Product(input + 1, other + 1)] = Dot<TLanes>(
                    tensors[0], tensors[input + 1], tensors[other + 1], block.PaddedCount, out var conflicts);
                workerCounts[_layout.PairConflicts(input, other)] += conflicts;
            }
        }

        if (_layout.InputCount > 2)
        {
            workerCounts[SurveyLayout.Conflicts] += CountConflicts<TLanes>(tensors, block.PaddedCount);
        }
    }

    private static double Energy<TLanes>(byte* source, nint count, out long finite) where TLanes : struct, ILanes
    {
        var largest = Vector512.Create(double.MaxValue);
        var (lowerSum, upperSum) = (Vector512<double>.Zero, Vector512<double>.Zero);
        var found = Vector512<long>.Zero;
        for (nint i = 0; i < count; i += ILanes.Count)
        {
            TLanes.Load(source + (i * TLanes.ElementByteCount), out var lower, out var upper);
            lowerSum += lower * lower;
            upperSum += upper * upper;

            // A mask that holds is -1; comparisons with NaN do not hold.
            found -= Vector512.LessThanOrEqual(Vector512.Abs(lower), largest).AsInt64();
            found -= Vector512.LessThanOrEqual(Vector512.Abs(upper), largest).AsInt64();
        }

        finite = Vector512.Sum(found);
        return LaneSum.Of(lowerSum + upperSum);
    }

    private void Look<TLanes>(byte* origin, byte* source, int input, Block block, Span<double> blockSums, Span<long> workerCounts)
        where TLanes : struct, ILanes
    {
        var bound = Vector512.Create(_largeBound);
        var sums = default(InputSums);
        for (nint i = 0; i < block.PaddedCount; i += ILanes.Count)
        {
            var offset = i * TLanes.ElementByteCount;
            TLanes.Load(origin + offset, out var originLower, out var originUpper);
            TLanes.Load(source + offset, out var lower, out var upper);
            sums.Add(originLower, lower, bound);
            sums.Add(originUpper, upper, bound);
        }

        blockSums[_layout.Product(0, input + 1)] = LaneSum.Of(sums.AlongBase);
        blockSums[_layout.Product(input + 1, input + 1)] = LaneSum.Of(sums.Energy);
        blockSums[_layout.MagnitudeSum(input)] = LaneSum.Of(sums.Magnitude);
        blockSums[_layout.LargestMagnitude(input)] = sums.Largest();
        workerCounts[SurveyLayout.NonFinite(input + 1)] += block.PaddedCount - Vector512.Sum(sums.Finite);
        workerCounts[_layout.Unchanged(input)] += Vector512.Sum(sums.Unchanged) - (block.PaddedCount - block.Count);
        workerCounts[_layout.Large(input)] += Vector512.Sum(sums.Large);
    }

    private static double Dot<TLanes>(byte* origin, byte* first, byte* second, nint count, out long conflicts) where TLanes : struct, ILanes
    {
        var (lowerSum, upperSum) = (Vector512<double>.Zero, Vector512<double>.Zero);
        var found = Vector512<long>.Zero;
        for (nint i = 0; i < count; i += ILanes.Count)
        {
            var offset = i * TLanes.ElementByteCount;
            TLanes.Load(origin + offset, out var originLower, out var originUpper);
            TLanes.Load(first + offset, out var firstLower, out var firstUpper);
            TLanes.Load(second + offset, out var secondLower, out var secondUpper);
            firstLower -= originLower;
            firstUpper -= originUpper;
            secondLower -= originLower;
            secondUpper -= originUpper;
            lowerSum += firstLower * secondLower;
            upperSum += firstUpper * secondUpper;
            found -= Opposed(firstLower, secondLower);
            found -= Opposed(firstUpper, secondUpper);
        }

        conflicts = Vector512.Sum(found);
        return LaneSum.Of(lowerSum + upperSum);
    }

    // Signs are compared, not products: those of tiny doubles vanish.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<long> Opposed(Vector512<double> first, Vector512<double> second)
    {
        var zero = Vector512<double>.Zero;
        var upDown = Vector512.GreaterThan(first, zero) & Vector512.LessThan(second, zero);
        return (upDown | (Vector512.LessThan(first, zero) & Vector512.GreaterThan(second, zero))).AsInt64();
    }

    private long CountConflicts<TLanes>(byte** tensors, nint count) where TLanes : struct, ILanes
    {
        var found = Vector512<long>.Zero;
        for (nint i = 0; i < count; i += ILanes.Count)
        {
            var offset = i * TLanes.ElementByteCount;
            TLanes.Load(tensors[0] + offset, out var originLower, out var originUpper);
            var (lowerUp, upperUp) = (Vector512<double>.Zero, Vector512<double>.Zero);
            var (lowerDown, upperDown) = (lowerUp, upperUp);
            for (var input = 1; input <= _layout.InputCount; input++)
            {
                // d > 0 is w > b, without the rounding of a difference.
                TLanes.Load(tensors[input] + offset, out var lower, out var upper);
                lowerUp |= Vector512.GreaterThan(lower, originLower);
                upperUp |= Vector512.GreaterThan(upper, originUpper);
                lowerDown |= Vector512.LessThan(lower, originLower);
                upperDown |= Vector512.LessThan(upper, originUpper);
            }

            found -= (lowerUp & lowerDown).AsInt64();
            found -= (upperUp & upperDown).AsInt64();
        }

        return Vector512.Sum(found);
    }

    /// <summary>What is added up about one input.</summary>
    private struct InputSums
    {
        public Vector512<double> AlongBase;
        public Vector512<double> Energy;
        public Vector512<double> Magnitude;
        public Vector512<long> Finite;
        public Vector512<long> Unchanged;
        public Vector512<long> Large;
        private Vector512<double> _largest;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(Vector512<double> origin, Vector512<double> element, Vector512<double> bound)
        {
            var delta = element - origin;
            var magnitude = Vector512.Abs(delta);
            AlongBase += origin * delta;
            Energy += delta * delta;
            Magnitude += magnitude;
            Finite -= Vector512.LessThanOrEqual(Vector512.Abs(element), Vector512.Create(double.MaxValue)).AsInt64();
            Unchanged -= Vector512.Equals(element, origin).AsInt64();
            Large -= Vector512.GreaterThan(magnitude, bound).AsInt64();
            _largest = Vector512.ConditionalSelect(Vector512.GreaterThan(magnitude, _largest), magnitude, _largest);
        }

        public readonly double Largest()
        {
            double largest = 0;
            for (var lane = 0; lane < Vector512<double>.Count; lane++)
            {
                largest = Math.Max(largest, _largest.GetElement(lane));
            }

            return largest;
        }
    }
}
