using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Randomness;
using Convergence.Tensors.Tests.Devices.Merging;

namespace Convergence.Tensors.Tests.Cpu.Merging.Sparse;

/// <summary>
/// DELLA's masks, drawn with as few ranks as possible, are those of ranking every element, whatever the row's magnitudes are like.
/// </summary>
public sealed class RankedSamplerTests
{
    private const int Rows = 3;
    private static readonly RankedDensity[] Densities = [new(0.15, 0.45), new(0.01, 0.99)];

    // Where bounds by equal buckets are close, where one element makes them useless, where many are equal, where nothing changed.
    private static readonly (string Name, Func<int, float> Change)[] Changes =
    [
        ("normal", index => 0.01f * (float)(Noise(index, 1) + Noise(index, 2) + Noise(index, 3) + Noise(index, 4) - 2)),
        ("outlier", index => index % 500 == 7 ? 1e6f : 1e-4f * (float)Noise(index, 1)),
        ("ties", index => (float)Math.Floor(4 * Noise(index, 1)) / 64),
        ("mostly unchanged", index => Noise(index, 1) < 0.9 ? 0 : (float)Noise(index, 2)),
        ("unchanged", _ => 0),
        ("huge", index => index % 2 == 0 ? float.MaxValue : 1e-38f * (float)Noise(index, 1)),
    ];

    private static IEnumerable<TestCaseData> Cases() =>
        from change in Changes
        from length in new[] { 2, 31, 256, 1000, 5000 }
        select new TestCaseData(change.Change, length).SetName($"Draw_{change.Name.Replace(' ', '_')}_{length}_IsThatOfRankingAll");

    [TestCaseSource(nameof(Cases))]
    public void Draw_AnyRow_IsThatOfRankingAll(Func<int, float> change, int rowLength)
    {
        using var device = new CpuDevice(2);
        var origin = MergeCases.Tensor(DType.F32, new float[Rows * rowLength]);
        DeviceTensor[] inputs = [.. Densities.Select(
            (_, input) => MergeCases.Tensor(DType.F32, Enumerable.Range(0, Rows * rowLength).Select(index => change(index + input))))];
        var sampling = new RankedSampling(5, rowLength, DividesByProbability: false);
        var samples = SparseReference.Sample(MergeCases.Doubles(origin), Array.ConvertAll(inputs, MergeCases.Doubles), Densities, sampling);
        for (var input = 0; input < inputs.Length; input++)
        {
            // One input counts, the other has no weight.
            var output = HostTensor.Allocate(DType.F32, origin.Shape);
            double[] weights = [1 - input, input];
            device.Merging.MergeSampled(
                origin, inputs, weights, [1, 1], Densities, sampling, new SparseMergeOptions(ElectSign: false), output);
            var values = MergeCases.Doubles(inputs[input]);
            Assert.That(
                MergeCases.Doubles(output),
                Is.EqualTo(values.Select((value, element) => samples[input][element].IsKept ? value : 0)),
                $"input {input}");
        }
    }

    private static double Noise(int index, uint stream) => Philox.UniformAt(17, stream, index);
}
