using System.Text.Json.Nodes;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Safetensors;

namespace Convergence.Merging.Tests.Golden;

/// <summary>
/// Whole-model recipes on a device against another implementation's outputs. A device's own test class derives from this.
/// </summary>
public abstract class GoldenRecipeContract
{
    [TestCase("linear", 2.5e-7)]
    [TestCase("linear_filter", 2.5e-7)]
    [TestCase("linear_gradient", 2.5e-7)]
    [TestCase("slerp_classic", 2e-6)]
    [TestCase("task_arithmetic", 2.5e-7)]
    [TestCase("ties", 2.5e-7)]
    [TestCase("frankenmerge", 0)]
    [TestCase("sharded_in", 2.5e-7)]
    [TestCase("tied", 2.5e-7)]
    [TestCase("out_dtype_f16", 1e-3)]
    [TestCase("nuslerp", 2.5e-7)]
    [TestCase("model_stock", 2.5e-7)]
    public void Merge_Recipe_GivesThePeersModel(string name, double tolerance)
    {
        var root = Path.Combine(GoldenCase.Folder(), "recipes");
        using var parents = new ParentModels(root);
        var plan = MergePlanner.Plan(RecipeReader.ReadFile(Path.Combine(root, "configs", name + ".yml")), parents);
        using var device = CreateDevice();
        using var output = DeviceMerge.Run(device, plan);
        using var expected = SafetensorsFile.Open(Path.Combine(root, "expected", name + ".safetensors"));

        Assert.That(output.Names, Is.EqualTo(expected.Names));
        var compared = 0;
        foreach (var tensor in expected.Names)
        {
            Assert.That(
                expected.TryGet(tensor, out var wanted)
                && output.TryGet(tensor, out var made)
                && wanted.DType == made.DType
                && wanted.Shape == made.Shape, tensor);
            var actual = MemoryModels.Values(output, tensor);
            var opposed = OpposedChanges.Of(plan.Tasks.First(task => task.Name == tensor), parents);
            var errors = MemoryModels.Values(expected, tensor)
                .Zip(actual, (left, right) => Math.Abs(left - right))
                .Where((_, element) => !opposed[element])
                .ToList();
            Assert.That(errors.DefaultIfEmpty().Max(), Is.LessThanOrEqualTo(tolerance), tensor);
            compared += errors.Count > 0 ? 1 : 0;
        }

        Assert.That(compared, Is.GreaterThan(expected.Names.Count / 2));
        var config = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(root, "expected", name + ".config.json")))!;
        Assert.Multiple(() =>
        {
            Assert.That(plan.Config["num_hidden_layers"]!.GetValue<int>(), Is.EqualTo(config["num_hidden_layers"]!.GetValue<int>()));
            Assert.That(plan.Config["torch_dtype"]!.GetValue<string>(), Is.EqualTo(config["dtype"]!.GetValue<string>()));
        });
    }

    /// <summary>The device under test.</summary>
    protected abstract ComputeDevice CreateDevice();
}
