using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Tests.Devices.Merging;

namespace Convergence.Tensors.Tests.Cpu.Merging.Sparse;

/// <summary>Which elements DARE keeps: exactly those whose documented number says so, and without pattern.</summary>
public sealed class DareMaskTests
{
    private const ulong Key = 0x1234_5678_9ABC_DEF0;
    private const int Length = 1_000_000;

    // The lower halves of numbers decide about one element in 65536: some fifteen of these for each density.
    [TestCase(0.3)]
    [TestCase(1e-5)]
    [TestCase(0.999_99)]
    [TestCase(1e-12)]
    public void Dare_AnyDensity_KeepsWhatItsNumbersSay(double density)
    {
        var kept = Kept([density, density], firstIndex: 0);
        var bound = 4294967296 - (ulong)(density * 4294967296);
        for (var element = 0; element < Length; element++)
        {
            if (kept[1][element] != MergeReference.Number(Key, 1, (ulong)element) >= bound)
            {
                Assert.Fail($"Element {element} of input 1.");
            }
        }
    }

    [Test]
    public void Dare_BeyondTheCountersLowWord_KeepsWhatItsNumbersSay()
    {
        // A granule before and one after 2^32 counters.
        const long FirstIndex = (1L << 35) - 256;
        var kept = Kept([0.5], FirstIndex, count: 512);
        Assert.That(kept[0], Is.EqualTo(
            Enumerable.Range(0, 512).Select(element => MergeReference.Number(Key, 0, (ulong)(FirstIndex + element)) >= 1u << 31)));
    }

    [Test]
    public void Dare_MasksOfNeighboursAndInputs_AreIndependent()
    {
        const double Density = 0.3;
        var kept = Kept([Density, Density, Density], firstIndex: 0);
        foreach (var mask in kept)
        {
            Assert.That(Deviations(mask.Count(keep => keep), Length, Density), Is.LessThan(5), "share");
            foreach (var distance in new[] { 1, 8, 15, 16, 32, 64, 128, 256 })
            {
                var both = Enumerable.Range(0, Length - distance).Count(element => mask[element] && mask[element + distance]);

                // Pairs overlap, which makes their count vary up to half more than that of separate ones.
                Assert.That(Deviations(both, Length - distance, Density * Density), Is.LessThan(7), $"distance {distance}");
            }
        }

        foreach (var (first, second) in new[] { (0, 1), (0, 2), (1, 2) })
        {
            var both = kept[first].Zip(kept[second]).Count(pair => pair.First && pair.Second);
            Assert.That(Deviations(both, Length, Density * Density), Is.LessThan(5), $"inputs {first} and {second}");
        }
    }

    private static double Deviations(int count, int total, double share) =>
        Math.Abs(count - (share * total)) / Math.Sqrt(share * (1 - share) * total);

    // Inputs that differ from the base by powers of two, so that the merged element tells which of them were kept.
    private static bool[][] Kept(double[] densities, long firstIndex, int count = Length)
    {
        using var device = new CpuDevice(2);
        using var origin = HostTensor.Allocate(DType.F32, new TensorShape(count));
        using var output = HostTensor.Allocate(DType.F32, new TensorShape(count));
        origin.AsSpan<float>().Clear();
        var inputs = densities.Select((_, input) =>
            (DeviceTensor)MergeCases.Tensor(DType.F32, Enumerable.Repeat((float)(1 << input), count))).ToArray();
        device.Merging.Dare(
            origin, inputs, Array.ConvertAll(densities, _ => 1.0), densities,
            new DareOptions(Key, Rescale: false, FirstIndex: firstIndex), output);
        var merged = output.AsSpan<float>().ToArray();
        return [.. densities.Select((_, input) => Array.ConvertAll(merged, value => ((int)value & (1 << input)) != 0))];
    }
}
