using System.Numerics.Tensors;

namespace Convergence.Tensors.Tests.Devices;

/// <summary>Seeded numbers, and tensors of any float type made of them.</summary>
internal static class TestData
{
    /// <summary>Lengths around every vector width, and lengths that are no multiple of one.</summary>
    public static readonly int[] AwkwardLengths = [1, 2, 3, 7, 8, 9, 15, 16, 17, 63, 64, 255, 513];

    /// <summary>Uniform numbers in [-scale, scale).</summary>
    public static float[] Uniform(int seed, int count, float scale = 1)
    {
        var random = new Random(seed);
        var values = new float[count];
        for (var index = 0; index < count; index++)
        {
            values[index] = ((random.NextSingle() * 2) - 1) * scale;
        }

        return values;
    }

    public static int[] Integers(int seed, int count, int endExclusive)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(endExclusive))];
    }

    /// <summary>
    /// A tensor of the given type, and the floats that it really holds: the given ones after rounding toward zero to the type.
    /// </summary>
    public static (HostTensor Tensor, float[] Values) Tensor(DType dtype, float[] values, params long[] shape)
    {
        var tensor = HostTensor.Allocate(dtype, new TensorShape(shape));
        var held = (float[])values.Clone();
        switch (dtype)
        {
            case DType.F32:
                values.CopyTo(tensor.AsSpan<float>());
                break;
            case DType.BF16:
                for (var index = 0; index < values.Length; index++)
                {
                    var upper = BitConverter.SingleToUInt32Bits(values[index]) >> 16;
                    tensor.AsSpan<ushort>()[index] = (ushort)upper;
                    held[index] = BitConverter.UInt32BitsToSingle(upper << 16);
                }

                break;
            case DType.F16:
                TensorPrimitives.ConvertToHalf(values, tensor.AsSpan<Half>());
                TensorPrimitives.ConvertToSingle(tensor.AsSpan<Half>(), held);
                break;
            case DType.F64:
                for (var index = 0; index < values.Length; index++)
                {
                    tensor.AsSpan<double>()[index] = values[index];
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "Not a float type.");
        }

        return (tensor, held);
    }
}
