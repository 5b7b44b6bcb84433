using System.Text.Json;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Safetensors;

namespace Convergence.Merging.Tests.Golden;

/// <summary>
/// DARE's masks against another implementation's statistics over 600 draws. Its kept values are scaled by the ratio of L1 norms, ours by
/// 1 / density, so only the mean of its scale agrees with ours.
/// </summary>
public sealed class DareStatisticsTests
{
    private const int Seeds = 600;

    [TestCase(0.1)]
    [TestCase(0.3)]
    [TestCase(0.5)]
    [TestCase(0.8)]
    public void Dare_OverSeeds_KeepsAndScalesAsThePeer(double density)
    {
        var peer = Peer(density);
        var folder = Path.Combine(GoldenCase.Folder(), "inputs", "f32");
        using var baseFile = SafetensorsFile.Open(Path.Combine(folder, "base.safetensors"));
        using var model = SafetensorsFile.Open(Path.Combine(folder, "m1.safetensors"));
        Assert.That(baseFile.TryGet("w_64x48", out var origin) & model.TryGet("w_64x48", out var tuned));
        var originValues = MemoryModels.Values(baseFile, "w_64x48");
        var deltas = MemoryModels.Values(model, "w_64x48").Zip(originValues, (value, start) => (double)value - start).ToArray();

        using var device = new CpuDevice(2);
        using var zero = HostTensor.Allocate(DType.F64, origin!.Shape);
        var sums = new double[deltas.Length];
        var kept = new double[Seeds];
        for (var seed = 0; seed < Seeds; seed++)
        {
            device.Merging.Dare(origin, [tuned!], [1], [density], new DareOptions((ulong)seed), zero);
            var merged = zero.AsSpan<double>();
            for (var element = 0; element < deltas.Length; element++)
            {
                var change = merged[element] - originValues[element];
                sums[element] += change;
                kept[seed] += change != 0 ? 1.0 / deltas.Length : 0;
                Assert.That(change == 0 || Math.Abs(change - (deltas[element] / density)) < 1e-12);
            }
        }

        var deviation = Math.Sqrt(density * (1 - density) / deltas.Length);
        Assert.Multiple(() =>
        {
            Assert.That(kept.Average(), Is.EqualTo(density).Within(4 * deviation / Math.Sqrt(Seeds)));
            Assert.That(
                kept.Average(), Is.EqualTo(peer.GetProperty("kept_mean").GetDouble()).Within(4 * deviation * Math.Sqrt(2.0 / Seeds)));
            var scaleError = peer.GetProperty("scale_std").GetDouble() / Math.Sqrt(Seeds);
            Assert.That(1 / density, Is.EqualTo(peer.GetProperty("scale_mean").GetDouble()).Within((4 * scaleError) + (0.02 / density)));

            // The mean over seeds is the task vector: its relative distance is that of a mean of 600 draws.
            var distance = Math.Sqrt(
                sums.Zip(deltas, (sum, delta) => Math.Pow((sum / Seeds) - delta, 2)).Sum() / deltas.Sum(delta => delta * delta));
            Assert.That(distance, Is.EqualTo(Math.Sqrt((1 - density) / density / Seeds)).Within(15).Percent);
        });
    }

    private static JsonElement Peer(double density)
    {
        var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(GoldenCase.Folder(), "random_stats.json")));
        return document.RootElement.GetProperty("sparsify").EnumerateArray().First(entry =>
            entry.GetProperty("kind").GetString() == "f32" && entry.GetProperty("tensor").GetString() == "w_64x48"
            && entry.GetProperty("method").GetString() == "random" && entry.GetProperty("density").GetDouble() == density
            && entry.GetProperty("rescale").GetBoolean());
    }
}
