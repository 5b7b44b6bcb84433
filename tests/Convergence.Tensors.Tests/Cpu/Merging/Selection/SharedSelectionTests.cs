using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Tests.Devices.Merging;

namespace Convergence.Tensors.Tests.Cpu.Merging.Selection;

/// <summary>Several cuts of one input, found in one reading.</summary>
public sealed class SharedSelectionTests
{
    [Test]
    public void SelectLargest_SeveralCutsPerInput_AreThoseOfSingleCalls(
        [Values(DType.F32, DType.BF16)] DType dtype, [Values(5_000, 300_001)] int length, [Values(1, 3)] int threads)
    {
        using var device = new CpuDevice(threads);
        var (origin, inputs) = MergeCases.Tensors(length, dtype, dtype, dtype, dtype);
        long[] keeps = [length / 5, 0, length / 2, length, (length / 2) + 1];
        DeviceTensor[] repeated = [.. inputs.SelectMany(input => Enumerable.Repeat(input, keeps.Length))];
        var cuts = new MagnitudeCut[repeated.Length];
        device.Merging.SelectLargest(origin, repeated, [.. inputs.SelectMany(_ => keeps)], cuts);
        var single = new MagnitudeCut[1];
        for (var place = 0; place < cuts.Length; place++)
        {
            device.Merging.SelectLargest(origin, [repeated[place]], [keeps[place % keeps.Length]], single);
            Assert.That(cuts[place], Is.EqualTo(single[0]), $"cut {place}");
        }
    }

    [Test]
    public void SelectLargest_InputsThatComeUnequallyOften_AreFoundAllTheSame()
    {
        const int Length = 70_001;
        using var device = new CpuDevice(2);
        var (origin, inputs) = MergeCases.Tensors(Length, DType.F32, DType.F32, DType.F32, DType.F32);
        DeviceTensor[] repeated = [inputs[0], inputs[0], inputs[1], inputs[2], inputs[2]];
        var cuts = new MagnitudeCut[repeated.Length];
        device.Merging.SelectLargest(origin, repeated, [9, 900, 900, 9, 900], cuts);
        var single = new MagnitudeCut[inputs.Length];
        device.Merging.SelectLargest(origin, inputs, [900, 900, 900], single);
        Assert.That((cuts[1], cuts[2], cuts[4]), Is.EqualTo((single[0], single[1], single[2])));
    }
}
