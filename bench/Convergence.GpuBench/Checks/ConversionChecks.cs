using System.Globalization;
using System.Runtime.InteropServices;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Tests.Devices.Merging;

namespace Convergence.GpuBench.Checks;

/// <summary>
/// Conversions from every type with arithmetic to every other, at the numbers where rounding, overflow, subnormals and NaN show, and
/// copies of all types.
/// </summary>
internal static class ConversionChecks
{
    private const int PatternCount = 1 << 16;

    private static readonly DType[] Floats = [.. Enum.GetValues<DType>().Where(type => type.IsComputable())];

    // Lower halves of a float32: at the middle between two numbers of bfloat16 and of float16, and beside it.
    private static readonly uint[] LowerHalves = [0, 1, 0x0FFF, 0x1000, 0x1001, 0x7FFF, 0x8000, 0x8001, 0xFFFF];

    /// <param name="device">The GPU.</param>
    /// <param name="cpu">What it is compared with.</param>
    /// <param name="patternStep">One in so many of the 65 536 patterns of 16 bits is taken; odd.</param>
    /// <param name="checks">Receives the checks.</param>
    /// <returns>The largest difference, in units in the last place.</returns>
    public static double Run(ComputeDevice device, CpuDevice cpu, int patternStep, CheckList checks)
    {
        var largest = 0.0;
        foreach (var from in Enum.GetValues<DType>())
        {
            var input = Input(from, patternStep);
            foreach (var to in Floats.Contains(from) ? Floats : [from])
            {
                var (actual, expected) = (Converted(device, input, to), Converted(cpu, input, to));
                var result = new CheckResult(
                    nameof(MergeKernels.Copy),
                    string.Create(CultureInfo.InvariantCulture, $"{input.ElementCount} elements, {from} to {to}"),
                    from != to ? Difference.InUlps(to, actual, expected) : actual.AsSpan().SequenceEqual(expected) ? 0 : double.NaN,
                    Tolerance: 0,
                    CheckResult.Ulps);
                checks.Add(result);
                largest = Math.Max(largest, result.Difference);
            }
        }

        return largest;
    }

    private static byte[] Converted(ComputeDevice device, HostTensor input, DType type)
    {
        using var output = device.Allocate(type, input.Shape);
        device.Merging.Copy(device.Import(input), output);
        return MergeCases.BytesOf(device, output);
    }

    private static HostTensor Input(DType type, int patternStep)
    {
        var patterns = Enumerable.Range(0, PatternCount / patternStep).Select(index => (ushort)(index * patternStep));
        var bytes = type switch
        {
            DType.F32 => Bytes(patterns.SelectMany(Singles)),
            DType.F64 => Bytes(patterns.SelectMany(Doubles)),
            _ => Bytes(patterns),
        };
        var tensor = HostTensor.Allocate(type, new TensorShape(bytes.Length / type.ByteCount()));
        bytes.AsSpan(0, (int)tensor.ByteCount).CopyTo(tensor.WritableBytes(0, bytes.Length));
        return tensor;
    }

    private static IEnumerable<float> Singles(ushort pattern) =>
        LowerHalves.Select(lower => BitConverter.UInt32BitsToSingle(((uint)pattern << 16) | lower));

    // Also beyond what float32 holds, and beside the middles: who rounds twice goes wrong there.
    private static IEnumerable<double> Doubles(ushort pattern) => Singles(pattern)
        .SelectMany(single => new[] { single, Math.BitIncrement(single), Math.BitDecrement(single) })
        .Append(BitConverter.UInt64BitsToDouble((ulong)pattern << 48));

    private static byte[] Bytes<T>(IEnumerable<T> values) where T : unmanaged => MemoryMarshal.AsBytes(values.ToArray().AsSpan()).ToArray();
}
