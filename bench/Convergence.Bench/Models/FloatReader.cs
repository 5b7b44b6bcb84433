using Convergence.Tensors;
using Convergence.Tensors.Cpu;

namespace Convergence.Bench.Models;

/// <summary>Moves floats in and out of host tensors of any float type.</summary>
internal static class FloatReader
{
    private static readonly CpuDevice Device = new(1);

    public static void Read(HostTensor source, Span<float> destination) => Device.Read(source, destination);

    public static HostTensor Write(ReadOnlySpan<float> values, DType dtype, TensorShape shape)
    {
        var tensor = HostTensor.Allocate(dtype, shape);
        Device.Write(values, tensor);
        return tensor;
    }
}
