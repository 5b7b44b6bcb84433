using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu;

/// <summary>
/// Between float32 and the other float types. Widening F16 and BF16 is exact; narrowing rounds once, to nearest, ties to even;
/// what is too large becomes infinite and NaN stays NaN. The vector kernels give the bits of the scalar functions for every input.
/// Buffers need no alignment and must not overlap.
/// </summary>
internal static unsafe class FloatConversion
{
    /// <summary>Widens all elements of a tensor.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than the tensor, or its type is no float.</exception>
    public static void Widen(HostTensor source, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, source.ElementCount);
        fixed (float* pointer = destination)
        {
            Widen(source.DType, source.Pointer, pointer, (nint)source.ElementCount);
        }

        GC.KeepAlive(source);
    }

    /// <summary>Narrows into the first elements of a tensor.</summary>
    /// <exception cref="ArgumentException">The tensor is shorter than the source, or its type is no float.</exception>
    public static void Narrow(ReadOnlySpan<float> source, HostTensor destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(source.Length, destination.ElementCount);
        fixed (float* pointer = source)
        {
            Narrow(destination.DType, pointer, destination.Pointer, source.Length);
        }

        GC.KeepAlive(destination);
    }

    /// <summary>Widens <paramref name="count"/> elements of a float type; F64 is rounded to nearest even.</summary>
    public static void Widen(DType dtype, byte* source, float* destination, nint count)
    {
        switch (dtype)
        {
            case DType.F32:
                Buffer.MemoryCopy(source, destination, count * sizeof(float), count * sizeof(float));
                break;
            case DType.BF16:
                WidenLoop<Bf16Format>((ushort*)source, (uint*)destination, count);
                break;
            case DType.F16:
                WidenLoop<F16Format>((ushort*)source, (uint*)destination, count);
                break;
            case DType.F64:
                DoubleConversion.Narrow((double*)source, destination, count);
                break;
            default:
                throw NotAFloat(dtype);
        }
    }

    /// <summary>Rounds <paramref name="count"/> floats to a float type; to F64 they are widened exactly.</summary>
    public static void Narrow(DType dtype, float* source, byte* destination, nint count)
    {
        switch (dtype)
        {
            case DType.F32:
                Buffer.MemoryCopy(source, destination, count * sizeof(float), count * sizeof(float));
                break;
            case DType.BF16:
                NarrowLoop<Bf16Format>((uint*)source, (ushort*)destination, count);
                break;
            case DType.F16:
                NarrowLoop<F16Format>((uint*)source, (ushort*)destination, count);
                break;
            case DType.F64:
                DoubleConversion.Widen(source, (double*)destination, count);
                break;
            default:
                throw NotAFloat(dtype);
        }
    }

    /// <summary>The float that a bfloat16's bits stand for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Bf16ToFloat(ushort bits) => BitConverter.UInt32BitsToSingle(Bf16Format.Widen(bits));

    /// <summary>The bits of the nearest bfloat16, ties to even.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort FloatToBf16(float value) => (ushort)Bf16Format.Narrow(BitConverter.SingleToUInt32Bits(value));

    /// <summary>The float that a binary16's bits stand for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float F16ToFloat(ushort bits) => BitConverter.UInt32BitsToSingle(F16Format.Widen(bits));

    /// <summary>The bits of the nearest binary16, ties to even; infinite from 65520 on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort FloatToF16(float value) => (ushort)F16Format.Narrow(BitConverter.SingleToUInt32Bits(value));

    // One traversal for both 16-bit formats: whole vectors of the widest kind the machine has, then the scalar specification.
    private static void WidenLoop<TFormat>(ushort* source, uint* destination, nint count) where TFormat : struct, IFloat16Format
    {
        nint index = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; index <= count - Vector512<ushort>.Count; index += Vector512<ushort>.Count)
            {
                var (lower, upper) = Vector512.Widen(Vector512.Load(source + index));
                TFormat.Widen(lower).Store(destination + index);
                TFormat.Widen(upper).Store(destination + index + Vector512<uint>.Count);
            }
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            for (; index <= count - Vector256<ushort>.Count; index += Vector256<ushort>.Count)
            {
                var (lower, upper) = Vector256.Widen(Vector256.Load(source + index));
                TFormat.Widen(lower).Store(destination + index);
                TFormat.Widen(upper).Store(destination + index + Vector256<uint>.Count);
            }
        }

        for (; index < count; index++)
        {
            destination[index] = TFormat.Widen(source[index]);
        }
    }

    private static void NarrowLoop<TFormat>(uint* source, ushort* destination, nint count) where TFormat : struct, IFloat16Format
    {
        nint index = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; index <= count - Vector512<ushort>.Count; index += Vector512<ushort>.Count)
            {
                var lower = TFormat.Narrow(Vector512.Load(source + index));
                var upper = TFormat.Narrow(Vector512.Load(source + index + Vector512<uint>.Count));
                Vector512.Narrow(lower, upper).Store(destination + index);
            }
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            for (; index <= count - Vector256<ushort>.Count; index += Vector256<ushort>.Count)
            {
                var lower = TFormat.Narrow(Vector256.Load(source + index));
                var upper = TFormat.Narrow(Vector256.Load(source + index + Vector256<uint>.Count));
                Vector256.Narrow(lower, upper).Store(destination + index);
            }
        }

        for (; index < count; index++)
        {
            destination[index] = (ushort)TFormat.Narrow(source[index]);
        }
    }

    private static ArgumentException NotAFloat(DType dtype) =>
        new($"Elements of type {dtype} are passed through unread; only F32, F16, BF16 and F64 are converted.", nameof(dtype));
}
