namespace Convergence.Tensors.Cpu.Merging;

/// <summary>Estimates from a fixed, evenly spread sample between which magnitudes the k-th largest lies.</summary>
internal sealed unsafe class MagnitudeSampler(int workerCount)
{
    private const int SampleSize = 131_072;
    private const int GroupSize = 16;

    // Buckets of 16 leading bits of the magnitude: eight of the fraction, within 0.4 %.
    private const int BucketShift = 15;
    private const int BucketCount = 1 << 16;

    // So many standard deviations on both sides of the expected place: missed about once in a million tensors.
    private const double Deviations = 5;
    private const int Margin = 16;

    private readonly int[]?[] _histograms = new int[workerCount][];

    /// <summary>The bracket of one input.</summary>
    public Bracket Sample(Operands operands, int input, long keep, int worker)
    {
        var histogram = _histograms[worker] ??= new int[BucketCount];
        Array.Clear(histogram);
        var groups = operands.ElementCount / GroupSize;
        var step = Math.Max(1, groups / (SampleSize / GroupSize));
        var sampled = 0;
        var isDouble = operands.LaneType == DType.F64;
        var magnitudes = stackalloc uint[GroupSize];
        for (long group = 0; group < groups; group += step)
        {
            Magnitudes(operands, input + 1, group * GroupSize, isDouble, magnitudes);
            for (var lane = 0; lane < GroupSize; lane++)
            {
                histogram[magnitudes[lane] >> BucketShift]++;
            }

            sampled += GroupSize;
        }

        return FindBracket(histogram, sampled, (double)keep / operands.ElementCount);
    }

    private static Bracket FindBracket(int[] histogram, int sampled, double share)
    {
        var margin = (Math.Sqrt(share * (1 - share) * sampled) * Deviations) + Margin;
        var expected = share * sampled;
        long above = 0;
        var high = BucketCount - 1;
        var isHighFound = false;
        for (var bucket = BucketCount - 1; bucket >= 0; bucket--)
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
        var values = stackalloc double[2 * GroupSize];
        if (isDouble)
        {
            Operands.Widen(operands.DTypeOf(tensor), operands.At(tensor, place), values, GroupSize);
            Operands.Widen(operands.DTypeOf(0), operands.At(0, place), values + GroupSize, GroupSize);
            System.Runtime.Intrinsics.Vector512.Store(
                DoubleLanes.Magnitude((byte*)values, (byte*)(values + GroupSize)), magnitudes);
            return;
        }

        if (operands.AreReadInPlace)
        {
            System.Runtime.Intrinsics.Vector512.Store(
                FloatLanes.Magnitude(operands.At(tensor, place), operands.At(0, place)), magnitudes);
            return;
        }

        var floats = (float*)values;
        FloatConversion.Widen(operands.DTypeOf(tensor), operands.At(tensor, place), floats, GroupSize);
        FloatConversion.Widen(operands.DTypeOf(0), operands.At(0, place), floats + GroupSize, GroupSize);
        System.Runtime.Intrinsics.Vector512.Store(
            FloatLanes.Magnitude((byte*)floats, (byte*)(floats + GroupSize)), magnitudes);
    }
}
