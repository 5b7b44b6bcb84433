using System.Text.Json;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Safetensors;
using Convergence.Testing;

namespace Convergence.Merging.Tests.Golden;

/// <summary>
/// DARE and DELLA in mergekit's dialect against its statistics over hundreds of draws: what it keeps, by how much it rescales, and what its
/// merges are on average.
/// </summary>
public sealed class RandomMethodTests
{
    private static IEnumerable<TestCaseData> Sparsifications() =>
        from entry in Entries("sparsify")
        where entry.GetProperty("kind").GetString() == "f32" && entry.GetProperty("rescale").GetBoolean()
            && entry.GetProperty("method").GetString() is "random" or "della_magprune"
        select new TestCaseData(entry).SetName(
            $"Sparsify_{entry.GetProperty("method")}_{entry.GetProperty("tensor")}"
            + $"_{entry.GetProperty("density")}_{entry.GetProperty("epsilon")}");

    private static IEnumerable<TestCaseData> Merges() =>
        from entry in Entries("methods")
        select new TestCaseData(entry).SetName($"Merge_{entry.GetProperty("method")}_{entry.GetProperty("density")}_HasThePeersMean");

    [TestCaseSource(nameof(Sparsifications))]
    public void Sparsify_OverSeeds_KeepsAndScalesAsThePeer(JsonElement peer)
    {
        const int Seeds = 600;
        var (density, epsilon) = (Number(peer, "density"), Number(peer, "epsilon"));
        using var origin = Input("base", peer);
        using var tuned = Input("m1", peer);
        using var device = new CpuDevice(1);
        using var zero = HostTensor.Allocate(DType.F64, origin.Shape);
        var start = Values(origin);
        var rowLength = origin.Shape[origin.Shape.Rank - 1];
        var (kept, ratios, changed) =
            (new double[Seeds], new double[Seeds], Values(tuned).Zip(start).Count(pair => pair.First != pair.Second));
        for (var seed = 0; seed < Seeds; seed++)
        {
            var sampling = new RankedSampling((ulong)seed, rowLength, DividesByProbability: false);
            RankedDensity[] densities = [new(density - epsilon, density + epsilon)];
            var sums = new MagnitudeSums[1];
            device.Merging.SumSampled(origin, [tuned], densities, sampling, sums);
            ratios[seed] = sums[0].Ratio;
            device.Merging.MergeSampled(origin, [tuned], [1], [1], densities, sampling, new SparseMergeOptions(ElectSign: false), zero);
            kept[seed] = zero.AsSpan<double>().ToArray().Zip(start).Count(pair => pair.First != pair.Second) / (double)changed;
        }

        // Two samples of 600 draws each.
        var keptError = Number(peer, "kept_std") * Math.Sqrt(2.0 / Seeds);
        var scaleError = Number(peer, "scale_std") * Math.Sqrt(2.0 / Seeds);
        Assert.Multiple(() =>
        {
            Assert.That(kept.Average(), Is.EqualTo(Number(peer, "kept_mean")).Within(4 * keptError));
            Assert.That(ratios.Average(), Is.EqualTo(Number(peer, "scale_mean")).Within(4 * scaleError));
        });
    }

    [TestCaseSource(nameof(Merges))]
    public void Merge_OverSeeds_HasThePeersMean(JsonElement peer)
    {
        var seeds = peer.GetProperty("seeds").GetInt32();
        var weights = peer.GetProperty("weights").EnumerateArray().Select(weight => weight.GetDouble()).ToArray();
        using var origin = Input("base", peer);
        using var models = new MemoryModels().Add("base", (MemoryModels.TensorName, origin));
        var linear = new double[origin.ElementCount];
        for (var model = 0; model < weights.Length; model++)
        {
            using var tuned = Input($"m{model + 1}", peer);
            linear = [.. linear.Zip(Values(tuned).Zip(Values(origin)), (sum, pair) => sum + (weights[model] * (pair.First - pair.Second)))];
            models.Add($"m{model + 1}", (MemoryModels.TensorName, Input($"m{model + 1}", peer)));
        }

        var parameters = RecipeParameters.Of(("density", Number(peer, "density")));
        foreach (var property in peer.GetProperty("params").EnumerateObject())
        {
            parameters = parameters.With(property.Name, property.Value.GetDouble());
        }

        var recipe = new MergeRecipe
        {
            Method = MergeMethodNames.Parse(peer.GetProperty("method").GetString()!)!.Value,
            Dialect = RecipeDialect.MergeKit,
            BaseModel = "base",
            OutDType = DType.F64,
            Models = [.. weights.Select((weight, model) => new RecipeInput($"m{model + 1}", RecipeParameters.Of(("weight", weight))))],
            Parameters = parameters,
        };
        var (sums, squares) = (new double[linear.Length], new double[linear.Length]);
        for (var seed = 0; seed < seeds; seed++)
        {
            using var output = models.Merge(recipe with { Seed = (ulong)seed }, threads: 1).Output;
            output.TryGet(MemoryModels.TensorName, out var merged);
            foreach (var (element, change) in Values((HostTensor)merged!).Zip(Values(origin), (value, start) => value - start).Index())
            {
                sums[element] += change / seeds;
                squares[element] += change * change / seeds;
            }
        }

        var energy = linear.Sum(value => value * value);
        var slope = sums.Zip(linear, (mean, value) => mean * value).Sum() / energy;
        var deviation = squares.Zip(sums, (square, mean) => Math.Sqrt(Math.Max(0, square - (mean * mean)))).Average();
        var slopeError = Number(peer, "mean_elem_std") / Math.Sqrt(seeds) / Math.Sqrt(energy);
        Assert.Multiple(() =>
        {
            Assert.That(Math.Sqrt(energy), Is.EqualTo(Number(peer, "linear_delta_l2")).Within(1e-6));
            Assert.That(slope, Is.EqualTo(Number(peer, "slope_mean_on_linear")).Within(4 * Math.Sqrt(2) * slopeError));
            Assert.That(Math.Sqrt(sums.Sum(mean => mean * mean)), Is.EqualTo(Number(peer, "delta_l2_mean")).Within(1.5).Percent);
            Assert.That(deviation, Is.EqualTo(Number(peer, "mean_elem_std")).Within(3).Percent);
        });
    }

    private static JsonElement[] Entries(string part) =>
        SharedData.TryFind(out var path, out _, "golden", "random_stats.json")
            ? [.. JsonDocument.Parse(File.ReadAllText(path)).RootElement.GetProperty(part).EnumerateArray()]
            : [];

    private static double Number(JsonElement json, string name) => json.GetProperty(name).GetDouble();

    private static HostTensor Input(string model, JsonElement peer)
    {
        using var file = SafetensorsFile.Open(Path.Combine(GoldenCase.Folder(), "inputs", "f32", model + ".safetensors"));
        var name = peer.GetProperty("tensor").GetString()!;
        Assert.That(file.TryGet(name, out var tensor), name);
        return HostTensor.From(MemoryModels.Values(file, name), tensor!.Shape);
    }

    private static double[] Values(HostTensor tensor) => tensor.DType == DType.F64
        ? tensor.AsSpan<double>().ToArray()
        : Array.ConvertAll(tensor.AsSpan<float>().ToArray(), value => (double)value);
}
