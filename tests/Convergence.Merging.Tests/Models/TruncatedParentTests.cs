using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Safetensors;
using Convergence.Testing;

namespace Convergence.Merging.Tests.Models;

/// <summary>A parent that another program cuts short between planning and merging.</summary>
public sealed class TruncatedParentTests
{
    [TestCase(MergeMethod.Slerp, Description = "looks at whole tensors beforehand, where they are mapped")]
    [TestCase(MergeMethod.Linear, Description = "reads blocks from the file")]
    public void Merge_ParentCutShort_IsAnErrorThatNamesItAndLeavesNothing(MergeMethod method)
    {
        using var directory = new TemporaryDirectory();
        using var parents = new ParentModels(directory.Path);
        var plan = Plan(method, directory, parents);
        Cut(directory.Combine("b", "model.safetensors"));
        using var device = new CpuDevice(2);
        Assert.That(
            () => new StreamedMerge(device).Run(plan, directory.Combine("merged")),
            Throws.TypeOf<SafetensorsException>().With.Message.Contains(directory.Combine("b", "model.safetensors")).And.Message.Contains(
                "now ends before"));
        Assert.That(directory.Entries(), Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public void MergeInMemory_ParentCutShort_IsAnErrorThatNamesIt()
    {
        using var directory = new TemporaryDirectory();
        using var parents = new ParentModels(directory.Path);
        var plan = Plan(MergeMethod.Slerp, directory, parents);
        Cut(directory.Combine("b", "model.safetensors"));
        using var device = new CpuDevice(2);
        using var output = new TensorSet();
        Assert.That(
            () => new MergeExecutor(device).Execute(plan, output),
                Throws.TypeOf<SafetensorsException>().With.Message.Contains("now ends before"));
    }

    // Whole pages are missing then, not only the end of the last.
    private static readonly TinyModelOptions Options = new() { HiddenSize = 64, IntermediateSize = 128, VocabularySize = 256 };

    private static MergePlan Plan(MergeMethod method, TemporaryDirectory directory, ParentModels parents)
    {
        TinyModels.Write(directory.Combine("a"), Options, 1);
        TinyModels.Write(directory.Combine("b"), Options, 2);
        var recipe = new MergeRecipe
        {
            Method = method,
            BaseModel = method == MergeMethod.Slerp ? "a" : null,
            Models = [new("a", RecipeParameters.Empty), new("b", RecipeParameters.Empty)],
            Parameters = method == MergeMethod.Slerp ? RecipeParameters.Of(("t", 0.5)) : RecipeParameters.Of(("weight", 1.0)),
        };
        return MergePlanner.Plan(recipe, parents);
    }

    private static void Cut(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(file.Length / 4);
    }
}
