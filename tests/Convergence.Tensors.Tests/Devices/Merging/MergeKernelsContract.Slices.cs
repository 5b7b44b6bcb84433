using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Tests.Devices.Merging;

/// <summary>The same bits however tensors are cut.</summary>
public abstract partial class MergeKernelsContract
{
    [Test]
    public void Kernels_OverSlices_GiveTheBitsOfTheWhole([Values(1, 63, 64, 100, 4096, 65_537)] int firstLength)
    {
        const int Length = 70_001;
        var (origin, inputs) = Tensors(Length, DType.F32, DType.F32, DType.F32, DType.F32);
        var cuts = new MagnitudeCut[inputs.Length];
        Kernels.SelectLargest(origin, inputs, [Length / 5, Length / 2, Length / 3], cuts);
        var whole = Allocate(DType.F32, origin.Shape);
        var parts = Allocate(DType.F32, origin.Shape);

        void Compare(Action<long, DeviceTensor, DeviceTensor[], DeviceTensor> merge)
        {
            merge(0, origin, inputs, whole);
            foreach (var (start, count) in new[] { (0, firstLength), (firstLength, Length - firstLength) })
            {
                var slices = Array.ConvertAll(inputs, input => input.Slice(start, count));
                merge(start, origin.Slice(start, count), slices, parts.Slice(start, count));
            }

            AssertSameBits(parts, whole);
        }

        Compare((_, _, slices, output) => Kernels.Combine(slices, MergeCases.Weights, output));
        Compare((_, slice, slices, output) => Kernels.AddTaskVectors(slice, slices, MergeCases.Weights, output));
        Compare((start, slice, slices, output) =>
            Kernels.Ties(slice, slices, MergeCases.Weights, cuts, new TiesOptions(FirstIndex: start), output));
        Compare((start, slice, slices, output) =>
            Kernels.Dare(slice, slices, MergeCases.Weights, MergeCases.Densities, new DareOptions(3, FirstIndex: start), output));
        Compare((start, slice, slices, output) =>
            Kernels.Dare(
                slice, slices, MergeCases.Weights, MergeCases.Densities, new DareOptions(3, ElectSign: true, FirstIndex: start), output));
        Compare((_, slice, slices, output) => Kernels.AddClamped(slice, slices[0], 0.01, 1, output));
        var balance = Kernels.SumElectedSigns(origin, inputs, MergeCases.Weights, cuts);
        var first = Kernels.SumElectedSigns(
            origin.Slice(0, firstLength), Array.ConvertAll(inputs, input => input.Slice(0, firstLength)), MergeCases.Weights, cuts);
        var rest = Kernels.SumElectedSigns(
            origin.Slice(firstLength, Length - firstLength),
            Array.ConvertAll(inputs, input => input.Slice(firstLength, Length - firstLength)), MergeCases.Weights, cuts, firstLength);
        Assert.That(first + rest, Is.EqualTo(balance));
    }

    [Test]
    public void Combine_IntoAnInput_GivesTheSameBits()
    {
        var (_, inputs) = Tensors(5_000, DType.F32, DType.F32, DType.F32, DType.F32);
        var apart = Allocate(DType.F32, inputs[0].Shape);
        Kernels.Combine(inputs, MergeCases.Weights, apart);
        Kernels.Combine(inputs, MergeCases.Weights, inputs[0]);
        Assert.That(Doubles(inputs[0]), Is.EqualTo(Doubles(apart)));
    }
}
