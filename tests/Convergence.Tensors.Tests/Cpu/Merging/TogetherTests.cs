using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using Convergence.Testing.Isa;

namespace Convergence.Tensors.Tests.Cpu.Merging;

/// <summary>Several merges in one reading: the bits of as many single ones.</summary>
public sealed class TogetherTests
{
    private static readonly double[] Weights = [0.3, -0.25, 0.75];
    private static readonly MagnitudeCut[] Cuts = [new(0x3D80_0000, 40), new(0x3E00_0000, 3), MagnitudeCut.KeepAll];

    // What is read, and the type of the results.
    private static readonly DType[][] TypeMixes =
    [
        [DType.F32, DType.F32, DType.F32, DType.F32, DType.F32],
        [DType.BF16, DType.BF16, DType.BF16, DType.BF16, DType.BF16],
        [DType.F16, DType.F16, DType.F16, DType.F16, DType.F32],
        [DType.F32, DType.BF16, DType.F32, DType.F16, DType.F64],
        [DType.F64, DType.F64, DType.F32, DType.BF16, DType.F16],
        [DType.F64, DType.F64, DType.F64, DType.F64, DType.F64],
    ];

    [Test]
    public void Together_AnyTypesAndLength_GivesTheBitsOfSingleCalls(
        [ValueSource(nameof(TypeMixes))] DType[] types,
        [Values(0, 1, 31, 64, 65, 4095, 4097, 12_400, 300_001)] int length,
        [Values(0, 77, 512)] int firstIndex) =>
        Compare(types, length, firstIndex, threads: 3);

    [Test]
    public void Together_LargeEnoughToBypassTheCaches_GivesTheBitsOfSingleCalls([Values(0, 1)] int types) =>
        Compare(TypeMixes[types], 1_100_003, firstIndex: 0, threads: 2);

    [TestCase(IsaLevel.Vector256)]
    [TestCase(IsaLevel.Vector128)]
    [TestCase(IsaLevel.Scalar)]
    public void Together_NarrowerInstructions_GivesTheBitsOfSingleCalls(IsaLevel level) => IsaRunner.RunAndRead(level, CompareAll);

    [Test]
    public void Together_MergesOfOtherTensors_AreDoneToo()
    {
        using var device = new CpuDevice(2);
        var (origin, inputs) = MergeCases.Tensors(5_000, DType.F32, DType.F32, DType.F32, DType.F32);
        var (_, others) = MergeCases.Tensors(700, DType.BF16, DType.BF16, DType.F32, DType.BF16);
        DeviceTensor[] together = [HostTensor.Allocate(DType.F32, origin.Shape), HostTensor.Allocate(DType.F32, others[0].Shape)];
        DeviceTensor[] alone = [HostTensor.Allocate(DType.F32, origin.Shape), HostTensor.Allocate(DType.F32, others[0].Shape)];
        device.Merging.Together(() => Both(together));
        Both(alone);
        AssertSame(together[0], alone[0], 0);
        AssertSame(together[1], alone[1], 1);

        void Both(DeviceTensor[] outputs)
        {
            device.Merging.AddTaskVectors(origin, inputs, Weights, outputs[0]);
            device.Merging.Combine(others, Weights, outputs[1]);
        }
    }

    [Test]
    public void Together_OneThatIsRefused_LeavesTheDeviceUsable()
    {
        using var device = new CpuDevice(1);
        var (origin, inputs) = MergeCases.Tensors(8, DType.F32, DType.F32, DType.F32, DType.F32);
        using var output = HostTensor.Allocate(DType.F32, origin.Shape);
        Assert.That(
            () => device.Merging.Together(() => device.Merging.Combine(inputs, new double[2], output)),
            Throws.InstanceOf<ArgumentException>());
        using var single = HostTensor.Allocate(DType.F32, origin.Shape);
        device.Merging.Combine(inputs, Weights, output);
        device.Merging.Together(() => device.Merging.Combine(inputs, Weights, single));
        AssertSame(output, single, 0);
    }

    private static void CompareAll()
    {
        foreach (var types in TypeMixes)
        {
            Compare(types, 5_000, firstIndex: 77, threads: 2);
        }
    }

    private static void Compare(DType[] types, int length, int firstIndex, int threads)
    {
        using var device = new CpuDevice(threads);
        var (origin, inputs) = MergeCases.Tensors(length, types[0], types[1..4]);
        var merges = Merges(device.Merging, origin, inputs, firstIndex);
        var outputs = merges.ConvertAll(_ => (DeviceTensor)HostTensor.Allocate(types[4], origin.Shape));
        device.Merging.Together(() =>
        {
            for (var index = 0; index < merges.Count; index++)
            {
                merges[index](outputs[index]);
            }
        });
        using var single = HostTensor.Allocate(types[4], origin.Shape);
        for (var index = 0; index < merges.Count; index++)
        {
            merges[index](single);
            AssertSame(outputs[index], single, index);
            outputs[index].Dispose();
        }
    }

    // Kernels with and without a base, with an index, with one per row or column.
    private static List<Action<DeviceTensor>> Merges(MergeKernels kernels, HostTensor origin, DeviceTensor[] inputs, int firstIndex)
    {
        var length = (int)origin.ElementCount;
        double[] factors = [.. Enumerable.Range(0, 3 * length).Select(index => 1.0 / (index + 1))];
        var rowCount = length > 0 && length % 31 == 0 ? 31 : 1;
        var rows = new VectorLayout(rowCount, length / rowCount, AreColumns: false);
        double[] rowWeights = [.. Enumerable.Range(0, 3 * rows.Count).Select(index => 0.01 * index)];
        List<Action<DeviceTensor>> merges =
        [
            output => kernels.Combine(inputs, Weights, output),
            output => kernels.Combine(inputs, [1.0 / 3, 1.0 / 3, 1.0 / 3], output),
            output => kernels.AddTaskVectors(origin, inputs, Weights, output),
            output => kernels.AddTaskVectors(origin, inputs, [0, 1, 0], output),
            output => kernels.Ties(origin, inputs, Weights, Cuts, new TiesOptions(1, Normalize: true, SignOfZero: 1, firstIndex), output),
            output =>
                kernels.Ties(origin, inputs, [1, 1, 1], Cuts, new TiesOptions(0.5, Normalize: false, SignOfZero: -1, firstIndex), output),
            output => kernels.Dare(origin, inputs, Weights, [0.5, 0.2, 1], new DareOptions(7, true, false, false, 1, firstIndex), output),
            output => kernels.Dare(origin, inputs, Weights, [0.5, 0.2, 1], new DareOptions(7, true, true, true, 1, firstIndex), output),
            output => kernels.AddFeatures(origin, inputs, factors, output),
            output => kernels.Copy(origin, output),
        ];

        // More than fit into the registers at once, and more than one set of random numbers.
        for (var variant = 1; variant <= 6; variant++)
        {
            double[] weights = [0.1 * variant, -0.2, variant % 2];
            double[] densities = [0.1 * variant, 0.9, 1];
            var key = 7 + ((ulong)variant % 2);
            var dare = new DareOptions(key, Rescale: true, ElectSign: variant == 3, Normalize: variant > 4, Lambda: 1, firstIndex);
            var ties = new TiesOptions(weights[0], Normalize: variant % 2 == 1, SignOfZero: -1, firstIndex);
            merges.Add(output => kernels.Combine(inputs, weights, output));
            merges.Add(output => kernels.AddTaskVectors(origin, inputs, weights, output));
            double[] ownWeights = [.. rowWeights.Select(weight => weight * weights[0])];
            merges.Add(output => kernels.CombineVectors(origin, inputs, rows, ownWeights, output));
            merges.Add(output => kernels.Ties(origin, inputs, weights, Cuts, ties, output));
            merges.Add(output => kernels.Dare(origin, inputs, weights, densities, dare, output));
        }

        return merges;
    }

    private static void AssertSame(DeviceTensor actual, DeviceTensor expected, int merge) =>
        Assert.That(
            ((HostTensor)actual).Bytes(0, int.MaxValue).SequenceEqual(((HostTensor)expected).Bytes(0, int.MaxValue)), $"merge {merge}");
}
