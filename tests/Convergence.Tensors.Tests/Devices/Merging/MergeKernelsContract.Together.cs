using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Tests.Devices.Merging;

/// <summary>Several merges in one reading: the bits of as many single ones.</summary>
public abstract partial class MergeKernelsContract
{
    [Test]
    public void Together_AnyTypesAndLength_GivesTheBitsOfSingleCalls(
        [ValueSource(typeof(TogetherCases), nameof(TogetherCases.TypeMixes))] DType[] types,
        [Values(0, 1, 31, 64, 65, 4095, 4097)] int length,
        [Values(0, 77, 512)] int firstIndex) =>
        TogetherCases.Compare(_device, types, length, firstIndex);

    [Test]
    public void Together_MergesOfOtherTensors_AreDoneToo()
    {
        var (origin, inputs) = Tensors(5_000, DType.F32, DType.F32, DType.F32, DType.F32);
        var (_, others) = Tensors(700, DType.BF16, DType.BF16, DType.F32, DType.BF16);
        DeviceTensor[] together = [Allocate(DType.F32, origin.Shape), Allocate(DType.F32, others[0].Shape)];
        DeviceTensor[] alone = [Allocate(DType.F32, origin.Shape), Allocate(DType.F32, others[0].Shape)];
        Kernels.Together(() => Both(together));
        Both(alone);
        AssertSameBits(together[0], alone[0]);
        AssertSameBits(together[1], alone[1]);

        void Both(DeviceTensor[] outputs)
        {
            Kernels.AddTaskVectors(origin, inputs, MergeCases.Weights, outputs[0]);
            Kernels.Combine(others, MergeCases.Weights, outputs[1]);
        }
    }

    [Test]
    public void Together_OneThatIsRefused_LeavesTheDeviceUsable()
    {
        var (origin, inputs) = Tensors(8, DType.F32, DType.F32, DType.F32, DType.F32);
        using var output = Allocate(DType.F32, origin.Shape);
        Assert.That(
            () => Kernels.Together(() => Kernels.Combine(inputs, new double[2], output)), Throws.InstanceOf<ArgumentException>());
        using var single = Allocate(DType.F32, origin.Shape);
        Kernels.Combine(inputs, MergeCases.Weights, output);
        Kernels.Together(() => Kernels.Combine(inputs, MergeCases.Weights, single));
        AssertSameBits(output, single);
    }
}
