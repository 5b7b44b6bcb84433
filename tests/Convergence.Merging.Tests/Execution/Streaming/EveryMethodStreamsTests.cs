using Convergence.Tensors.Cpu;

namespace Convergence.Merging.Tests.Execution.Streaming;

/// <summary>
/// Every method gives the same bytes through the smallest windows as in memory, so a new one cannot depend on how its tensors are cut.
/// </summary>
public sealed class EveryMethodStreamsTests
{
    [TestCaseSource(typeof(MergeMethodNames), nameof(MergeMethodNames.All))]
    public void Run_SmallestWindows_WritesWhatAMergeInMemoryWrites(string name)
    {
        using var models = new StreamedModels();
        foreach (var (given, wanted) in new[] { ("s1", "a"), ("s2", "b"), ("s3", "c") })
        {
            Directory.Move(models.Combine(given), models.Combine(wanted));
        }

        using var parents = new ParentModels(models.Path);
        var recipe = SampleRecipes.Of(MergeMethodNames.Parse(name)!.Value, parents);
        var plan = MergePlanner.Plan(recipe, parents);
        var minimum = StreamMemory.Of(plan, budget: null).MinimumByteCount;
        using var device = new CpuDevice(1);
        Assert.That(
            new StreamedMerge(device).Forecast(plan, new StreamedMergeOptions { MemoryByteCount = minimum }).RunCount,
            Is.GreaterThan(1), "The output must be cut, or nothing is tested.");

        models.MergeInMemory("expected", recipe);
        models.Merge("streamed", recipe, new StreamedMergeOptions { MemoryByteCount = minimum }, threads: 3);
        models.AssertSameFiles("streamed", "expected");
    }
}
