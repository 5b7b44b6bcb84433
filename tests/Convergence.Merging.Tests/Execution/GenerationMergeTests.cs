using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Convergence.Merging.Tests.Execution;

/// <summary>Merges that are made together, or on top of an earlier one, have the bits of merges made alone.</summary>
public sealed class GenerationMergeTests
{
    private static readonly MergeMethod[] Methods = Enum.GetValues<MergeMethod>();

    [Test]
    public void Execute_EveryMethodTogether_GivesTheBitsOfEachAlone([Values(1, 3)] int threads, [Values] bool reversed)
    {
        using var models = MemoryModels.Relatives();
        using var device = new CpuDevice(threads);
        var recipes = Methods.SelectMany(method => new[] { 0, 1 }.Select(variant => SampleRecipes.Of(method, models.Parents, variant)))
            .ToList();
        if (reversed)
        {
            recipes.Reverse();
        }

        var jobs = recipes.Select(recipe => new MergeJob(MergePlanner.Plan(recipe, models.Parents), new MergeTarget())).ToList();
        var report = new MergeExecutor(device).Execute(jobs);
        Assert.Multiple(() =>
        {
            for (var index = 0; index < jobs.Count; index++)
            {
                Assert.That(
                    TensorComparison.FirstDifference(jobs[index].Target.Weights, models.Merge(recipes[index]).Output),
                    Is.Null,
                    recipes[index].Method.Name());
            }

            Assert.That(report.Merges.Select(merge => merge.Failure), Is.All.Null);
            Assert.That(report.BytesRead, Is.LessThan(report.BytesReadAlone / 3));
        });
        jobs.ForEach(job => job.Target.Dispose());
    }

    [Test]
    public void Execute_LargeTensorInRuns_GivesTheBitsOfEachAlone()
    {
        using var models = MemoryModels.Relatives(rows: 1501, columns: 1024);
        using var device = new CpuDevice(2);
        MergeMethod[] methods =
        [
            MergeMethod.Linear, MergeMethod.Ties, MergeMethod.DareLinear, MergeMethod.DareTies, MergeMethod.TaskArithmetic, MergeMethod.Dfs,
        ];

        // Five of a method: four share their sums in registers, and one is left.
        var recipes = methods
            .SelectMany(method => Enumerable.Range(0, 5).Select(variant => SampleRecipes.Of(method, models.Parents, variant)))
            .ToList();
        var jobs = recipes.Select(recipe => new MergeJob(MergePlanner.Plan(recipe, models.Parents), new MergeTarget())).ToList();
        new MergeExecutor(device).Execute(jobs);
        for (var index = 0; index < jobs.Count; index++)
        {
            Assert.That(
                TensorComparison.FirstDifference(jobs[index].Target.Weights, models.Merge(recipes[index]).Output),
                Is.Null,
                recipes[index].Method.Name());
        }

        jobs.ForEach(job => job.Target.Dispose());
    }

    [Test]
    public void Execute_RecipesOfOneMethodIntoSeveralTypes_GivesTheBitsOfEachAlone(
        [Values(MergeMethod.Linear, MergeMethod.TaskArithmetic, MergeMethod.Ties, MergeMethod.DareLinear, MergeMethod.Dfs)]
        MergeMethod method,
        [Values] bool differInSeed)
    {
        using var models = MemoryModels.Relatives();
        using var device = new CpuDevice(2);
        DType?[] types = [null, DType.BF16, DType.F16];
        var recipes = Enumerable.Range(0, 8).Select(variant => SampleRecipes.Of(method, models.Parents, variant) with
        {
            OutDType = types[variant % types.Length],
            Seed = differInSeed ? (ulong)variant : 7,
        }).ToList();
        var jobs = recipes.Select(recipe => new MergeJob(MergePlanner.Plan(recipe, models.Parents), new MergeTarget())).ToList();
        new MergeExecutor(device).Execute(jobs);
        for (var index = 0; index < jobs.Count; index++)
        {
            var alone = models.Merge(recipes[index]).Output;
            Assert.That(TensorComparison.FirstDifference(jobs[index].Target.Weights, alone), Is.Null, $"{index}");
        }

        jobs.ForEach(job => job.Target.Dispose());
    }

    [Test]
    public void Execute_AnySequenceIntoOneTarget_GivesTheBitsOfTheLast() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        choices =>
        {
            using var models = MemoryModels.Relatives();
            using var device = new CpuDevice(2);
            using var target = new MergeTarget();
            var executor = new MergeExecutor(device);
            foreach (var choice in choices.Append((byte)5))
            {
                var recipe = SampleRecipes.Of(Methods[choice % Methods.Length], models.Parents, choice / Methods.Length % 2);
                executor.Execute(MergePlanner.Plan(recipe, models.Parents), target);
                Assert.That(TensorComparison.FirstDifference(target.Weights, models.Merge(recipe).Output), Is.Null, recipe.Method.Name());
            }
        }).QuickCheckThrowOnFailure();

    [Test]
    public void Execute_OneLayerChanged_MakesOnlyItsTensors()
    {
        using var models = MemoryModels.Relatives();
        using var device = new CpuDevice(2);
        using var target = new MergeTarget();
        var executor = new MergeExecutor(device);
        var first = Linear(0.5);
        var report = executor.Execute(MergePlanner.Plan(first, models.Parents), target);
        Assert.That(report.TensorsKept, Is.Zero);
        var again = executor.Execute(MergePlanner.Plan(first, models.Parents), target);
        Assert.That((again.TensorsKept, again.BytesWritten), Is.EqualTo((again.TensorCount, 0)));
        var changed = Linear(0.75);
        var partly = executor.Execute(MergePlanner.Plan(changed, models.Parents), target);
        Assert.Multiple(() =>
        {
            Assert.That(partly.TensorCount - partly.TensorsKept, Is.EqualTo(1));
            Assert.That(TensorComparison.FirstDifference(target.Weights, models.Merge(changed).Output), Is.Null, "changed");
        });
    }

    [Test]
    public void Execute_GlobalTrimThatMovesWithAnotherLayer_MakesEveryTensorAnew()
    {
        using var models = MemoryModels.Relatives();
        using var device = new CpuDevice(2);
        using var target = new MergeTarget();
        var executor = new MergeExecutor(device);
        executor.Execute(MergePlanner.Plan(Global(0.2), models.Parents), target);
        var report = executor.Execute(MergePlanner.Plan(Global(0.6), models.Parents), target);
        Assert.Multiple(() =>
        {
            Assert.That(report.TensorsKept, Is.Zero);
            Assert.That(TensorComparison.FirstDifference(target.Weights, models.Merge(Global(0.6)).Output), Is.Null, "global");
        });
    }

    [Test]
    public void Execute_OneJobTooLargeForFloat16_FailsAlone()
    {
        using var models = new MemoryModels().Add("a", 1, 70_000).Add("b", 1, -70_000);
        using var device = new CpuDevice(1);
        var fits = new MergeJob(MergePlanner.Plan(Pair(0.5), models.Parents), new MergeTarget());
        var overflows = new MergeJob(MergePlanner.Plan(Pair(1), models.Parents), new MergeTarget());
        var report = new MergeExecutor(device).Execute([fits, overflows]);
        Assert.Multiple(() =>
        {
            Assert.That(report.Merges[0].Failure, Is.Null);
            Assert.That(report.Merges[1].Failure, Does.Contain("does not fit in float16"));
        });
        fits.Target.Dispose();
        overflows.Target.Dispose();

        static MergeRecipe Pair(double weight) => new()
        {
            Method = MergeMethod.Linear,
            Models = [new("a", RecipeParameters.Of(("weight", weight))), new("b", RecipeParameters.Of(("weight", 1 - weight)))],
            OutDType = DType.F16,
        };
    }

    [TestCase(DType.F32, "float32")]
    [TestCase(DType.BF16, "bfloat16")]
    public void Execute_WeightBeyondTheType_FailsInsteadOfAnInfiniteModel(DType dtype, string name)
    {
        using var models = new MemoryModels().Add("a", 1, 2).Add("b", 1, 3);
        var recipe = new MergeRecipe
        {
            Method = MergeMethod.Linear,
            Models = [new("a", RecipeParameters.Of(("weight", 1e42))), new("b", RecipeParameters.Of(("weight", 1)))],
            Parameters = RecipeParameters.Of(("normalize", false)),
            OutDType = dtype,
        };
        using var device = new CpuDevice(1);
        using var target = new MergeTarget();
        var report = new MergeExecutor(device).Execute([new MergeJob(MergePlanner.Plan(recipe, models.Parents), target)]);
        Assert.That(report.Merges[0].Failure, Does.Contain($"2 elements do not fit in {name}").And.Contains("weight 1E+42"));
    }

    [Test]
    public void Execute_CancelledMidway_LeavesNothingMarkedAsMade()
    {
        using var models = MemoryModels.Relatives();
        using var device = new CpuDevice(2);
        using var target = new MergeTarget();
        var executor = new MergeExecutor(device);
        executor.Execute(MergePlanner.Plan(Linear(0.5), models.Parents), target);
        var other = SampleRecipes.Of(MergeMethod.Ties, models.Parents);
        Assert.That(
            () => executor.Execute(MergePlanner.Plan(other, models.Parents), target, new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
        executor.Execute(MergePlanner.Plan(Linear(0.5), models.Parents), target);
        Assert.That(TensorComparison.FirstDifference(target.Weights, models.Merge(Linear(0.5)).Output), Is.Null, "after a cancellation");
    }

    [Test]
    public void Execute_TwoJobsWithOneTarget_IsRefused()
    {
        using var models = new MemoryModels().Add("a", 1).Add("b", 2);
        using var device = new CpuDevice(1);
        using var target = new MergeTarget();
        var plan = MergePlanner.Plan(
            new MergeRecipe
            {
                Method = MergeMethod.Linear,
                Models = [new("a", RecipeParameters.Of(("weight", 1.0))), new("b", RecipeParameters.Of(("weight", 1.0)))],
            },
            models.Parents);
        Assert.That(() => new MergeExecutor(device).Execute([new(plan, target), new(plan, target)]), Throws.ArgumentException);
    }

    // Only the second layer's number varies.
    private static MergeRecipe Linear(double second) => new()
    {
        Method = MergeMethod.Linear,
        Models =
        [
            new(
                "a",
                RecipeParameters.Of(("weight", new FilteredValue([new FilteredEntry("layers.1.", second), new FilteredEntry(null, 0.5)])))),
            new("b", RecipeParameters.Of(("weight", 0.5))),
        ],
    };

    private static MergeRecipe Global(double second) => new()
    {
        Method = MergeMethod.Ties,
        BaseModel = SampleRecipes.BaseName,
        Models =
        [
            new("a", RecipeParameters.Of(
                ("density", new FilteredValue([new FilteredEntry("layers.1.", second), new FilteredEntry(null, 0.5)])))),
            new("b", RecipeParameters.Of(("density", 0.5))),
        ],
        Parameters = RecipeParameters.Of(("weight", 1.0), ("trim_scope", ParameterValue.FromText("global"))),
    };

    // A base and three models near it: two layers of a matrix, a norm, and a scalar.
}
