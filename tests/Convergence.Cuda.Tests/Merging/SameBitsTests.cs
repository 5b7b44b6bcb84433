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

    // In rows of seven and of sixty-four, which are counted, and in long ones, which are sorted.
    [Test]
    [Category(SanitizedRun.Category)]
    public void Operators_EveryKernel_GiveTheCpusBits([ValueSource(nameof(FloatTypes))] DType type, [Values(448, 517)] int length) =>
        Compare([type, type, type, type, type], length);

    private void Compare(DType[] types, int length) => AssertSame(
        OperatorResults.Of(_cuda, length, types[0], types[1], types[2..]),
        OperatorResults.Of(_cpu, length, types[0], types[1], types[2..]));

    private static void AssertSame(List<(string Operator, byte[] Bytes)> actual, List<(string Operator, byte[] Bytes)> expected)
    {
        Assert.That(actual, Has.Count.EqualTo(expected.Count));
        Assert.Multiple(() =>
        {
            foreach (var (found, wanted) in actual.Zip(expected))
            {
                Assert.That(found.Bytes.AsSpan().SequenceEqual(wanted.Bytes), found.Operator);
            }
        });
    }
}
