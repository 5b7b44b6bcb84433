namespace Convergence.Merging.Diagnosis;

/// <summary>
/// How a task vector's energy, sum d^2, is spread over its elements, from a histogram of |d| whose 2048 buckets are the upper bits
/// of a float32 (eight per power of two). An element counts with the middle of its bucket, so shares are true to about a hundredth.
/// </summary>
public sealed class MagnitudeSpread
{
    internal const int BucketBitCount = 11;
    private const int MantissaBitCount = 31 - BucketBitCount;

    private readonly long[] _counts = new long[1 << BucketBitCount];

    internal void Add(ReadOnlySpan<long> counts)
    {
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            _counts[bucket] += counts[bucket];
        }
    }

    /// <summary>The share of the energy that the largest elements carry; NaN when nothing was moved.</summary>
    /// <param name="density">The share of all elements that is kept, in [0, 1].</param>
    public double KeptEnergy(double density)
    {
        var left = density * _counts.Sum();
        double kept = 0;
        double all = 0;
        for (var bucket = _counts.Length - 1; bucket >= 0; bucket--)
        {
            var square = SquareOf(bucket);
            all += square * _counts[bucket];
            var taken = Math.Min(left, _counts[bucket]);
            kept += square * taken;
            left -= taken;
        }

        return all > 0 ? kept / all : double.NaN;
    }

    /// <summary>The share of all elements, largest first, that carries so much of the energy; NaN when nothing was moved.</summary>
    /// <param name="energy">The share of the energy, in [0, 1].</param>
    public double DensityFor(double energy)
    {
        var all = Enumerable.Range(0, _counts.Length).Sum(bucket => SquareOf(bucket) * _counts[bucket]);
        var wanted = energy * all;
        double elements = 0;
        for (var bucket = _counts.Length - 1; bucket >= 0 && wanted > 0; bucket--)
        {
            var square = SquareOf(bucket);
            if (square == 0 || _counts[bucket] == 0)
            {
                continue;
            }

            var taken = Math.Min(_counts[bucket], wanted / square);
            elements += taken;
            wanted -= taken * square;
        }

        return all > 0 ? elements / _counts.Sum() : double.NaN;
    }

    // The mean of x^2 over a bucket [low, high) is (low^2 + low high + high^2) / 3. The first bucket is zero and what is next to it.
    private static double SquareOf(int bucket)
    {
        double low = BitConverter.UInt32BitsToSingle((uint)bucket << MantissaBitCount);
        double high = BitConverter.UInt32BitsToSingle((uint)(bucket + 1) << MantissaBitCount);
        return bucket == 0 || !double.IsFinite(high) || !double.IsFinite(low) ? 0 : ((low * low) + (low * high) + (high * high)) / 3;
    }
}
