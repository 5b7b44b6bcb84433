using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Transformer;

/// <summary>Widens stored elements of any float type to floats.</summary>
internal static unsafe class ElementReader
{
    public static void Widen(DType dtype, byte* source, float* destination, int count)
    {
        var floats = new Span<float>(destination, count);
        switch (dtype)
        {
            case DType.F32:
                new ReadOnlySpan<float>(source, count).CopyTo(floats);
                break;
            case DType.F16:
                TensorPrimitives.ConvertToSingle(new ReadOnlySpan<Half>(source, count), floats);
                break;
            case DType.BF16:
                WidenBrain((ushort*)source, destination, count);
                break;
            case DType.F64:
                for (var i = 0; i < count; i++)
                {
                    destination[i] = (float)((double*)source)[i];
                }

                break;
            default:
                throw new ArgumentException($"{dtype} elements cannot be computed with.");
        }
    }

    // A bfloat16 is the upper half of a float.
    private static void WidenBrain(ushort* source, float* destination, int count)
    {
        var i = 0;
        for (; i + Vector256<ushort>.Count <= count; i += Vector256<ushort>.Count)
        {
            var (low, high) = Vector256.Widen(Vector256.Load(source + i));
            (low << 16).AsSingle().Store(destination + i);
            (high << 16).AsSingle().Store(destination + i + 8);
        }

        for (; i < count; i++)
        {
            destination[i] = BitConverter.UInt32BitsToSingle((uint)source[i] << 16);
        }
    }
}
