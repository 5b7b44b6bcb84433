using System.Numerics;

namespace Convergence.Cuda.Runtime;

/// <summary>
/// Sizes in which memory is allocated, so that a block given back fits the next of about its size: eight classes to each power of two,
/// at most an eighth more than was asked for.
/// </summary>
internal static class SizeClasses
{
    public const long Smallest = 512;
    private const int StepsPerDoublingBits = 3;

    /// <summary>What a tensor of so many bytes, from 0, takes of the memory.</summary>
    public static long TakenBy(long byteCount) => byteCount == 0 ? 0 : Of(byteCount);

    /// <summary>The least class that holds <paramref name="byteCount"/> &gt; 0 bytes.</summary>
    public static long Of(long byteCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(byteCount);
        if (byteCount <= Smallest)
        {
            return Smallest;
        }

        var step = Math.Max(Smallest, 1L << (BitOperations.Log2((ulong)(byteCount - 1)) - StepsPerDoublingBits));
        return checked((byteCount + step - 1) / step * step);
    }
}
