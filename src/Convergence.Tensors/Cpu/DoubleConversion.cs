using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu;

/// <summary>Between float64 and float32: narrowing rounds to nearest, ties to even; widening is exact; a NaN becomes quiet.</summary>
internal static unsafe class DoubleConversion
{
    public static void Narrow(double* source, float* destination, nint count)
    {
        nint index = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; index <= count - Vector512<float>.Count; index += Vector512<float>.Count)
            {
                var upper = Vector512.Load(source + index + Vector512<double>.Count);
                Vector512.Narrow(Vector512.Load(source + index), upper).Store(destination + index);
            }
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            for (; index <= count - Vector256<float>.Count; index += Vector256<float>.Count)
            {
                var upper = Vector256.Load(source + index + Vector256<double>.Count);
                Vector256.Narrow(Vector256.Load(source + index), upper).Store(destination + index);
            }
        }

        for (; index < count; index++)
        {
            destination[index] = (float)source[index];
        }
    }

    public static void Widen(float* source, double* destination, nint count)
    {
        nint index = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; index <= count - Vector512<float>.Count; index += Vector512<float>.Count)
            {
                var (lower, upper) = Vector512.Widen(Vector512.Load(source + index));
                lower.Store(destination + index);
                upper.Store(destination + index + Vector512<double>.Count);
            }
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            for (; index <= count - Vector256<float>.Count; index += Vector256<float>.Count)
            {
                var (lower, upper) = Vector256.Widen(Vector256.Load(source + index));
                lower.Store(destination + index);
                upper.Store(destination + index + Vector256<double>.Count);
            }
        }

        for (; index < count; index++)
        {
            destination[index] = source[index];
        }
    }
}
