using Convergence.Tensors.Cpu;
using Convergence.Tensors.Tests.Devices.Merging;
using Convergence.Testing.Isa;

namespace Convergence.Tensors.Tests.Cpu.Merging.Lanes;

/// <summary>
/// Results are rounded once, from float64 to 16 bits: around every midpoint between neighbours, where a rounding in between shows.
/// </summary>
public sealed class RoundingTests
{
    [Test]
    public void Combine_AroundEveryMidpoint_RoundsToNearestEven([Values] IsaLevel level) =>
        Assert.That(IsaRunner.RunAndRead(level, CheckAll), Does.Contain("rounded: 2"));

    internal static void CheckAll()
    {
        Check(DType.BF16, infinity: 0x7F80, beyond: Math.ScaleB(1, 128));
        Check(DType.F16, infinity: 0x7C00, beyond: Math.ScaleB(1, 16));
        Console.WriteLine("rounded: 2");
    }

    // beyond: what would follow the largest number if the exponent went on.
    private static void Check(DType dtype, int infinity, double beyond)
    {
        var values = Values(dtype, infinity);
        values[infinity] = beyond;
        var inputs = new List<double>();
        var expected = new List<ushort>();
        for (var lower = 0; lower < infinity; lower++)
        {
            // Exact in float64.
            var middle = (values[lower] + values[lower + 1]) / 2;
            var even = lower + (lower & 1);
            Add(values[lower], lower);
            Add(Math.BitDecrement(middle), lower);
            Add(middle, even);
            Add(Math.BitIncrement(middle), lower + 1);
        }

        Add(double.PositiveInfinity, infinity);
        using var device = new CpuDevice(1);
        var input = HostTensor.Allocate(DType.F64, new TensorShape(inputs.Count));
        inputs.CopyTo(input.AsSpan<double>());
        var output = HostTensor.Allocate(dtype, input.Shape);
        device.Merging.Combine([input], [1], output);
        Assert.That(output.AsSpan<ushort>().ToArray(), Is.EqualTo(expected));

        void Add(double value, int bits)
        {
            inputs.Add(value);
            expected.Add((ushort)bits);
            inputs.Add(-value);
            expected.Add((ushort)(bits | 0x8000));
        }
    }

    // Every number from zero to the largest, and a place after it.
    private static double[] Values(DType dtype, int count)
    {
        var bits = HostTensor.Allocate(dtype, new TensorShape(count));
        for (var index = 0; index < count; index++)
        {
            bits.AsSpan<ushort>()[index] = (ushort)index;
        }

        return [.. MergeCases.Doubles(bits), 0];
    }
}
