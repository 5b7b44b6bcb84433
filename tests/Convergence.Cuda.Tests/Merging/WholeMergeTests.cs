using Convergence.Cuda.Tests.Emulation;
using Convergence.Merging;
using Convergence.Merging.Tests;
using Convergence.Merging.Tests.Golden;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using Convergence.Testing;

namespace Convergence.Cuda.Tests.Merging;

/// <summary>Whole recipes merged on the emulated GPU: the CPU's bytes, whose truth the merge tests establish.</summary>
public sealed class WholeMergeTests
{
    private ComputeDevice _cpu = null!;
    private ComputeDevice _cuda = null!;

    [OneTimeSetUp]
    public void CreateDevices()
    {
        _cuda = EmulatedDevice.Create();
        _cpu = new CpuDevice(2);
    }

    [OneTimeTearDown]
    public void DisposeDevices()
    {
        _cuda?.Dispose();
        _cpu?.Dispose();
    }

    [Test]
    public void Execute_EveryMethod_GivesTheCpusBytes([ValueSource(nameof(Methods))] MergeMethod method, [Values(0, 1)] int variant)
    {
        using var models = MemoryModels.Relatives();
        AssertSameBytes(models.Parents, SampleRecipes.Of(method, models.Parents, variant));
    }

    [Test]
    public void Execute_AllMethodsTogether_GivesTheCpusBytes()
    {
        using var models = MemoryModels.Relatives();
        var plans = Methods().Select(method => MergePlanner.Plan(SampleRecipes.Of(method, models.Parents), models.Parents)).ToList();
        AssertSameTogether(plans);
    }

    private static MergeRecipe Ties(ParentModels parents, double density)
    {
        var recipe = SampleRecipes.Of(MergeMethod.Ties, parents);
        return recipe with
        {
            Parameters = RecipeParameters.Of(
                ("trim_scope", ParameterValue.FromText("tensor")), ("zero_sign", ParameterValue.FromText("positive"))),
            Models =
            [
                .. recipe.Models.Select(model =>
                    new RecipeInput(model.Model, RecipeParameters.Of(("weight", 0.5), ("density", density)))),
            ],
        };
    }

    private void AssertSameTogether(List<MergePlan> plans)
    {
        var jobs = plans.ConvertAll(plan => new MergeJob(plan, new MergeTarget()));
        var report = new MergeExecutor(_cuda).Execute(jobs);
        Assert.That(report.Merges.Select(merge => merge.Failure), Is.All.Null);
        foreach (var (job, plan) in jobs.Zip(plans))
        {
            using var expected = DeviceMerge.Run(_cpu, plan);
            using var actual = Export(job.Target.Weights);
            Assert.That(TensorComparison.FirstDifference(actual, expected), Is.Null, plan.Recipe.Method.Name());
            job.Target.Dispose();
        }
    }

    // Together they want more cuts of the same models than a kernel takes.
    [Test]
    public void Execute_ManyTiesTogether_GivesTheCpusBytes()
    {
        using var models = MemoryModels.Relatives();
        var plans = Enumerable.Range(1, 9).Select(tenth => MergePlanner.Plan(Ties(models.Parents, tenth / 10.0), models.Parents)).ToList();
        AssertSameTogether(plans);
    }

    [TestCaseSource(typeof(GoldenCase), nameof(GoldenCase.All))]
    public void Execute_GoldenCase_GivesTheCpusBytes(object golden)
    {
        var one = (GoldenCase)golden;
        foreach (var variant in new[] { "f64", "f32", "bf16_via_f32" })
        {
            using var parents = one.Parents(variant);
            AssertSameBytes(parents, one.Recipe());
        }
    }

    private static MergeMethod[] Methods() => Enum.GetValues<MergeMethod>();

    private void AssertSameBytes(ParentModels parents, MergeRecipe recipe)
    {
        var plan = MergePlanner.Plan(recipe, parents);
        using var expected = DeviceMerge.Run(_cpu, plan);
        using var actual = DeviceMerge.Run(_cuda, plan);
        Assert.That(TensorComparison.FirstDifference(actual, expected), Is.Null);
    }

    private TensorSet Export(ITensorSource weights)
    {
        var exported = new TensorSet();
        foreach (var name in weights.Names)
        {
            Assert.That(weights.TryGet(name, out var tensor), name);
            exported.Add(name, _cuda.Export(tensor!));
        }

        return exported;
    }
}
