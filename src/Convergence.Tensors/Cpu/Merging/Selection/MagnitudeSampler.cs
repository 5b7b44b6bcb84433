using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Selection;

/// <summary>Estimates from a fixed, evenly spread sample between which magnitudes the k-th largest lies.</summary>
internal sealed unsafe class MagnitudeSampler(int workerCount)
{
    private const int SampleSize = 131_072;
    private const int GroupSize = 16;

    // Of small tensors a smaller share: looking at an element here costs several times what it costs the pass that follows.
    private const int SmallestStep = 16;

    // Buckets of 16 leading bits of the magnitude: eight of the fraction, within 0.4 %.
    private const int BucketShift = 15;
    private const int BucketCount = 1 << 16;

    // So many standard deviations on both sides of the expected place: missed about once in ten thousand tensors.
    private const double Deviations = 4;
    private const int Margin = 16;

    private readonly int[]?[] _histograms = new int[workerCount][];

    /// <summary>The bracket of one input.</summary>
    public Bracket Sample(Operands operands, int input, long keep, int worker)
    {
        var histogram = _histograms[worker] ??= new int[BucketCount];
        Array.Clear(histogram);
        var groups = operands.ElementCount / GroupSize;
        var step = Math.Max(SmallestStep, groups / (SampleSize / GroupSize));
        var sampled = 0;
        var highest = 0u;
        var isDouble = operands.LaneType == DType.F64;
        var magnitudes = stackalloc uint[GroupSize];
        for (long group = 0; group < groups; group += step)
        {
            Magnitudes(operands, input + 1, group * GroupSize, isDouble, magnitudes);
            for (var lane = 0; lane < GroupSize; lane++)
            {
                var bucket = magnitudes[lane] >> BucketShift;
                histogram[bucket]++;
                highest = Math.Max(highest, bucket);
            }

            sampled += GroupSize;
        }

        return FindBracket(histogram, (int)highest, sampled, (double)keep / operands.ElementCount);
    }

    private static Bracket FindBracket(int[] histogram, int highest, int sampled, double share)
    {
        var margin = (Math.Sqrt(share * (1 - share) * sampled) * Deviations) + Margin;
        var expected = share * sampled;
        long above = 0;

        // The few largest may all exceed what was sampled.
        var high = BucketCount - 1;
        var isHighFound = expected <= margin;
        for (var bucket = highest; bucket >= 0; bucket--)
        {
            above += histogram[bucket];
            if (!isHighFound && above > expected - margin)
            {
                high = bucket;
                isHighFound = true;
            }

            if (above >= expected + margin)
            {
                return Between(bucket, high);
            }
        }

        return Between(0, high);
    }

    private static Bracket Between(int low, int high) =>
        new((uint)low << BucketShift, (((uint)high + 1) << BucketShift) - 1);

    private static void Magnitudes(Operands operands, int tensor, long place, bool isDouble, uint* magnitudes)
    {
        if (operands.AreReadInPlace)
        {
            var source = operands.At(tensor, place);
            var origin = operands.At(0, place);
            var magnitude = operands.LaneType switch
            {
                DType.F64 => DoubleLanes.Magnitude(source, origin),
                DType.BF16 => Float16Lanes<Bf16Format>.Magnitude(source, origin),
                DType.F16 => Float16Lanes<F16Format>.Magnitude(source, origin),
                _ => FloatLanes.Magnitude(source, origin),
            };
            magnitude.Store(magnitudes);
            return;
        }

        var values = stackalloc double[2 * GroupSize];
        var origins = (byte*)values + (GroupSize * operands.LaneType.ByteCount());
        operands.WidenToLanes(operands.DTypeOf(tensor), operands.At(tensor, place), (byte*)values, GroupSize);
        operands.WidenToLanes(operands.DTypeOf(0), operands.At(0, place), origins, GroupSize);
        var widened = isDouble ? DoubleLanes.Magnitude((byte*)values, origins) : FloatLanes.Magnitude((byte*)values, origins);
        widened.Store(magnitudes);
    }
}
