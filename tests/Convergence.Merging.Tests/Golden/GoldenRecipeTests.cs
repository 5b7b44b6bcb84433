using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;

namespace Convergence.Merging.Tests.Golden;

/// <summary>Whole-model recipes on the CPU device, and those that cannot work.</summary>
public sealed class GoldenRecipeTests : GoldenRecipeContract
{
    [TestCase("missing_weight", "parameter \"weight\" of models/a")]
    [TestCase("unknown_method", "merge_method \"average\" is not known")]
    [TestCase("too_many_layers", "layer_range [0, 5] of models/a: the model has 4 layers")]
    [TestCase("ties_no_base", "add \"base_model: DIRECTORY\"")]
    [TestCase("vocab_mismatch_linear", "vocab_size 102 for the first and 97 for the second")]
    public void Plan_RecipeThatCannotWork_SaysWhy(string name, string message)
    {
        var root = Path.Combine(GoldenCase.Folder(), "recipes");
        using var parents = new ParentModels(root);
        Assert.That(
            () => MergePlanner.Plan(RecipeReader.ReadFile(Path.Combine(root, "configs", name + ".yml")), parents),
            Throws.InstanceOf<ConvergenceException>().With.Message.Contains(message));
    }

    protected override ComputeDevice CreateDevice() => new CpuDevice(2);
}
