using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using Convergence.Testing.Isa;

namespace Convergence.Tensors.Tests.Cpu.Merging;

/// <summary>The same bits however the work is done.</summary>
public sealed class MergeDeterminismTests
{
    // Several chunks, and a last one that is not whole.
    private const int ManyChunks = 700_003;

    [Test]
    public void Kernels_AnyThreadCount_GiveTheSameBits() =>
        Assert.That(
            Enumerable.Range(1, 4)
                .Select(threads => MergeCases.Fingerprint(threads, ManyChunks, DType.F32, DType.F32, DType.F32, DType.BF16, DType.F32))
                .Distinct(),
            Has.Exactly(1).Items);

    [TestCase(IsaLevel.Vector256)]
    [TestCase(IsaLevel.Vector128)]
    [TestCase(IsaLevel.Scalar)]
    public void Kernels_NarrowerInstructions_GiveTheSameBits(IsaLevel level) =>
        Assert.That(Prints(level), Is.EqualTo(Prints(IsaLevel.Widest)).And.Length.GreaterThan(1000));

    [Test]
    public void Kernels_OverSlices_GiveTheBitsOfTheWhole([Values(1, 63, 64, 100, 4096, 65_537)] int firstLength)
    {
        const int Length = 70_001;
        using var device = new CpuDevice(2);
        var kernels = device.Merging;
        var (origin, inputs) = MergeCases.Tensors(Length, DType.F32, DType.F32, DType.F32, DType.F32);
        var cuts = new MagnitudeCut[inputs.Length];
        kernels.SelectLargest(origin, inputs, [Length / 5, Length / 2, Length / 3], cuts);
        var whole = HostTensor.Allocate(DType.F32, origin.Shape);
        var parts = HostTensor.Allocate(DType.F32, origin.Shape);

        void Compare(Action<long, HostTensor, DeviceTensor[], HostTensor> merge)
        {
            merge(0, origin, inputs, whole);
            foreach (var (start, count) in new[] { (0, firstLength), (firstLength, Length - firstLength) })
            {
                var slices = Array.ConvertAll(inputs, input => input.Slice(start, count));
                merge(start, origin.Slice(start, count), slices, parts.Slice(start, count));
            }

            Assert.That(parts.AsSpan<int>().SequenceEqual(whole.AsSpan<int>()));
        }

        Compare((_, _, slices, output) => kernels.Combine(slices, MergeCases.Weights, output));
        Compare((_, slice, slices, output) => kernels.AddTaskVectors(slice, slices, MergeCases.Weights, output));
        Compare((start, slice, slices, output) =>
            kernels.Ties(slice, slices, MergeCases.Weights, cuts, new TiesOptions(FirstIndex: start), output));
        Compare((start, slice, slices, output) =>
            kernels.Dare(slice, slices, MergeCases.Weights, MergeCases.Densities, new DareOptions(3, FirstIndex: start), output));
        Compare((start, slice, slices, output) =>
            kernels.Dare(
                slice, slices, MergeCases.Weights, MergeCases.Densities, new DareOptions(3, ElectSign: true, FirstIndex: start), output));
        Compare((_, slice, slices, output) => kernels.AddClamped(slice, slices[0], 0.01, 1, output));
        var balance = kernels.SumElectedSigns(origin, inputs, MergeCases.Weights, cuts);
        var first = kernels.SumElectedSigns(
            origin.Slice(0, firstLength), Array.ConvertAll(inputs, input => input.Slice(0, firstLength)), MergeCases.Weights, cuts);
        var rest = kernels.SumElectedSigns(
            origin.Slice(firstLength, Length - firstLength),
            Array.ConvertAll(inputs, input => input.Slice(firstLength, Length - firstLength)), MergeCases.Weights, cuts, firstLength);
        Assert.That(first + rest, Is.EqualTo(balance));
    }

    [Test]
    public void Combine_IntoAnInput_GivesTheSameBits()
    {
        using var device = new CpuDevice(2);
        var (_, inputs) = MergeCases.Tensors(5_000, DType.F32, DType.F32, DType.F32, DType.F32);
        var apart = HostTensor.Allocate(DType.F32, inputs[0].Shape);
        device.Merging.Combine(inputs, MergeCases.Weights, apart);
        device.Merging.Combine(inputs, MergeCases.Weights, inputs[0]);
        Assert.That(MergeCases.Doubles(inputs[0]), Is.EqualTo(MergeCases.Doubles(apart)));
    }

    private static string Prints(IsaLevel level)
    {
        var output = IsaRunner.RunAndRead(level, MergeCases.PrintFingerprints);
        return string.Join('\n', output.Split('\n').Where(line => line.Contains(": ", StringComparison.Ordinal)));
    }
}
