using Convergence.Cuda.Tests.Emulation;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Tests.Devices.Merging;

namespace Convergence.Cuda.Tests.Merging;

/// <summary>Every merge operator gives the CPU device's bits: elements, sums, cuts and counts.</summary>
public sealed class SameBitsTests
{
    private static readonly DType[] FloatTypes = [DType.F32, DType.BF16, DType.F16, DType.F64];

    private ComputeDevice _cpu = null!;
    private ComputeDevice _cuda = null!;

    private static IEnumerable<DType[]> Types() =>
        from output in FloatTypes
        from origin in FloatTypes
        from inputs in new[] { new[] { origin, origin, origin }, [DType.BF16, DType.F32, DType.F16] }
        select new[] { output, origin }.Concat(inputs).ToArray();

    [OneTimeSetUp]
    public void CreateDevices()
    {
        _cuda = EmulatedDevice.Create();
        _cpu = new CpuDevice(2);
    }

    [OneTimeTearDown]
    public void DisposeDevices()
    {
        _cuda?.Dispose();
        _cpu?.Dispose();
    }

    [TestCaseSource(nameof(Types))]
    public void Operators_AnyTypes_GiveTheCpusBits(DType[] types) => Compare(types, 1_003);

    [Test]
    public void Operators_AnyLength_GiveTheCpusBits([ValueSource(typeof(MergeCases), nameof(MergeCases.Lengths))] int length) =>
        Compare([DType.F32, DType.F32, DType.F32, DType.F32, DType.F32], length);

    // In rows of seven and of sixty-four, which are counted; what the sanitizer sees of these is the same in other types.
    [Test]
    public void Operators_ShortRows_GiveTheCpusBits([Values(DType.F32, DType.F16, DType.F64)] DType type) =>
        Compare([type, type, type, type, type], 448);

    // In long rows, which are sorted, and in short ones.
    [TestCase(DType.F32, 517)]
    [TestCase(DType.BF16, 517)]
    [TestCase(DType.F16, 517)]
    [TestCase(DType.F64, 517)]
    [TestCase(DType.BF16, 448)]
    [Category(SanitizedRun.Category)]
    public void Operators_EveryKernel_GiveTheCpusBits(DType type, int length) => Compare([type, type, type, type, type], length);

    // Which NaN comes out is the processor's affair; that one does is not.
    [Test]
    public void Operators_NaNInfiniteAndTinyElements_GiveTheCpusValues([ValueSource(nameof(FloatTypes))] DType type)
    {
        float[] odd =
            [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, 65504, 1e-40f, -1e-7f, 0, -0f, 1.5f, -2.25f];
        var origin = MergeCases.Tensor(type, Enumerable.Range(0, 1_001).Select(index => odd[index % odd.Length]));
        var input = MergeCases.Tensor(type, Enumerable.Range(0, 1_001).Select(index => odd[index / odd.Length % odd.Length]));
        foreach (var outputType in FloatTypes)
        {
            Assert.That(
                OddResults(_cuda, origin, input, outputType),
                Is.EqualTo(OddResults(_cpu, origin, input, outputType)),
                $"{outputType}");
        }
    }

    private static List<ulong> OddResults(ComputeDevice device, HostTensor hostOrigin, HostTensor hostInput, DType outputType)
    {
        var (origin, input) = (device.Import(hostOrigin), device.Import(hostInput));
        using var output = device.Allocate(outputType, hostOrigin.Shape);
        var results = new List<ulong>();
        Action[] merges =
        [
            () => device.Merging.Copy(input, output),
            () => device.Merging.Combine([origin, input], [0.25, -0.5], output),
            () => device.Merging.AddTaskVectors(origin, [input], [0.75], output),
            () => device.Merging.Dare(origin, [input], [1], [0.5], new DareOptions(11), output),
        ];
        foreach (var merge in merges)
        {
            merge();
            results.AddRange(MergeCases.Doubles(device.Export(output)).Select(BitsOf));
        }

        results.Add(BitsOf(device.Merging.LargestMagnitude(input)));
        results.Add((ulong)device.Merging.CountNonFinite(input));
        return results;
    }

    private static ulong BitsOf(double value) => BitConverter.DoubleToUInt64Bits(double.IsNaN(value) ? double.NaN : value);

    private void Compare(DType[] types, int length) => AssertSame(
        OperatorResults.Of(_cuda, length, types[0], types[1], types[2..]),
        OperatorResults.Of(_cpu, length, types[0], types[1], types[2..]));

    private static void AssertSame(List<OperatorResult> actual, List<OperatorResult> expected)
    {
        Assert.That(actual, Has.Count.EqualTo(expected.Count));
        Assert.Multiple(() =>
        {
            foreach (var (index, (found, wanted)) in actual.Zip(expected).Index())
            {
                Assert.That(found.Bytes.AsSpan().SequenceEqual(wanted.Bytes), $"{index} {found.Operator}");
            }
        });
    }
}
