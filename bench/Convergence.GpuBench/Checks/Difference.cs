using System.Numerics;
using System.Runtime.InteropServices;
using Convergence.Tensors;

namespace Convergence.GpuBench.Checks;

/// <summary>How far results lie apart.</summary>
internal static class Difference
{
    /// <summary>
    /// The largest distance of two numbers at one place, in steps from one number of the type to the next. Two NaN are equal; one alone
    /// makes the result NaN, and so do different lengths.
    /// </summary>
    /// <param name="type">A float type, or <see cref="DType.I64"/>.</param>
    /// <param name="actual">Numbers of that type.</param>
    /// <param name="expected">As many.</param>
    public static double InUlps(DType type, ReadOnlySpan<byte> actual, ReadOnlySpan<byte> expected) =>
        actual.Length != expected.Length ? double.NaN
        : actual.SequenceEqual(expected) ? 0
        : type switch
        {
            DType.F16 => Largest<short>(actual, expected, infinity: 0x7C00),
            DType.BF16 => Largest<short>(actual, expected, infinity: 0x7F80),
            DType.F32 => Largest<int>(actual, expected, infinity: 0x7F80_0000),
            DType.F64 => Largest<long>(actual, expected, infinity: 0x7FF0_0000_0000_0000),
            DType.I64 => Largest<long>(actual, expected, infinity: long.MaxValue),
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a type of results."),
        };

    /// <summary>The largest distance of two numbers at one place, of the largest expected magnitude.</summary>
    public static double OfLargest(ReadOnlySpan<float> actual, ReadOnlySpan<float> expected)
    {
        if (actual.Length != expected.Length)
        {
            return double.NaN;
        }

        var (largest, difference) = (0.0, 0.0);
        for (var index = 0; index < actual.Length; index++)
        {
            if (float.IsNaN(actual[index]) != float.IsNaN(expected[index]))
            {
                return double.NaN;
            }

            largest = Math.Max(largest, Math.Abs((double)expected[index]));
            difference = actual[index].Equals(expected[index])
                ? difference
                : Math.Max(difference, Math.Abs((double)actual[index] - expected[index]));
        }

        return difference == 0 ? 0 : difference / largest;
    }

    private static double Largest<T>(ReadOnlySpan<byte> actual, ReadOnlySpan<byte> expected, long infinity)
        where T : unmanaged, IBinaryInteger<T>
    {
        var found = MemoryMarshal.Cast<byte, T>(actual);
        var wanted = MemoryMarshal.Cast<byte, T>(expected);
        var largest = 0.0;
        for (var index = 0; index < found.Length; index++)
        {
            var (first, second) = (Place(found[index], infinity), Place(wanted[index], infinity));
            if (first is null != second is null)
            {
                return double.NaN;
            }

            largest = Math.Max(largest, Math.Abs((double)(first ?? 0) - (second ?? 0)));
        }

        return largest;
    }

    // The number's place among all of its type, -0 right below 0; none for NaN, whose bits are above those of infinity, the sign apart.
    private static long? Place<T>(T bits, long infinity) where T : unmanaged, IBinaryInteger<T>
    {
        var value = long.CreateTruncating(bits);
        var sign = -1L << ((bits.GetByteCount() * 8) - 1);
        return (value & ~sign) > infinity ? null : value < 0 ? -(value & ~sign) - 1 : value;
    }
}
