using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using Convergence.Testing.Isa;

namespace Convergence.Tensors.Tests.Cpu.Merging;

/// <summary>Several combinations in one reading: the bits of as many single ones.</summary>
public sealed class CombineManyTests
{
    private static readonly double[][] Rows = [[0.3, 0.3, 0.4], [1, 0, 0], [-0.5, 0.25, 0.75], [0, 0, 0], [1.0 / 3, 1.0 / 3, 1.0 / 3]];

    private static readonly DType[][] TypeMixes =
    [
        [DType.F32, DType.F32, DType.F32, DType.F32, DType.F32],
        [DType.BF16, DType.BF16, DType.BF16, DType.BF16, DType.BF16],
        [DType.F64, DType.F32, DType.BF16, DType.F32, DType.F16],
        [DType.F16, DType.F64, DType.F64, DType.F32, DType.BF16],
        [DType.F64, DType.F64, DType.F64, DType.F64, DType.F64],
    ];

    [Test]
    public void CombineMany_AnyTypesAndLength_GivesTheBitsOfSingleCalls(
        [ValueSource(nameof(TypeMixes))] DType[] types, [Values(0, 1, 31, 64, 65, 4095, 4097, 300_001)] int length, [Values] bool hasBase) =>
        Compare(types, length, hasBase, threads: 3);

    [Test]
    public void CombineMany_LargeEnoughToBypassTheCaches_GivesTheBitsOfSingleCalls([Values] bool hasBase) =>
        Compare(TypeMixes[0], 1_100_003, hasBase, threads: 2);

    [TestCase(IsaLevel.Vector256)]
    [TestCase(IsaLevel.Vector128)]
    [TestCase(IsaLevel.Scalar)]
    public void CombineMany_NarrowerInstructions_GivesTheBitsOfSingleCalls(IsaLevel level) =>
        IsaRunner.RunAndRead(level, CompareAll);

    [Test]
    public void CombineMany_WeightsThatDoNotMatch_AreRefused()
    {
        using var device = new CpuDevice(1);
        var (_, inputs) = MergeCases.Tensors(8, DType.F32, DType.F32, DType.F32, DType.F32);
        DeviceTensor[] outputs = [HostTensor.Allocate(DType.F32, new TensorShape(8)), HostTensor.Allocate(DType.BF16, new TensorShape(8))];
        Assert.Multiple(() =>
        {
            Assert.That(() => device.Merging.CombineMany(null, inputs, new double[5], outputs), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => device.Merging.CombineMany(null, inputs, new double[6], outputs), Throws.InstanceOf<ArgumentException>(), "types differ");
            Assert.That(() => device.Merging.CombineMany(null, inputs, [], []), Throws.InstanceOf<ArgumentException>());
        });
    }

    private static void CompareAll()
    {
        foreach (var types in TypeMixes)
        {
            Compare(types, 5_000, hasBase: false, threads: 2);
            Compare(types, 5_000, hasBase: true, threads: 2);
        }
    }

    private static void Compare(DType[] types, int length, bool hasBase, int threads)
    {
        using var device = new CpuDevice(threads);
        var (origin, inputs) = MergeCases.Tensors(length, types[1], types[2..]);
        var outputs = Array.ConvertAll(Rows, _ => (DeviceTensor)HostTensor.Allocate(types[0], origin.Shape));
        using var single = HostTensor.Allocate(types[0], origin.Shape);
        device.Merging.CombineMany(hasBase ? origin : null, inputs, [.. Rows.SelectMany(row => row)], outputs);
        for (var row = 0; row < Rows.Length; row++)
        {
            if (hasBase)
            {
                device.Merging.AddTaskVectors(origin, inputs, Rows[row], single);
            }
            else
            {
                device.Merging.Combine(inputs, Rows[row], single);
            }

            Assert.That(((HostTensor)outputs[row]).Bytes(0, int.MaxValue).SequenceEqual(single.Bytes(0, int.MaxValue)), $"row {row}");
            outputs[row].Dispose();
        }
    }
}
