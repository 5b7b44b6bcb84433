using Convergence.Merging.Diagnosis;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Testing;

namespace Convergence.Merging.Tests.Diagnosis;

/// <summary>What is foretold of methods that choose elements, and that merges then do it.</summary>
public sealed class SelectionForecastTests
{
    [TestCase("della, della_linear")]
    [TestCase("breadcrumbs, breadcrumbs_ties")]
    [TestCase("sce, dfs")]
    public void DenseFamily_IsSensible(string methods)
    {
        using var models = DiagnosedModels.Family();
        Assert.That(Forecast(models, methods, "one", "two").Outlook, Is.EqualTo(MethodOutlook.Sensible));
    }

    [Test]
    public void Ram_OfDenseFineTunes_IsThePlainMeanAsForetold()
    {
        using var models = DiagnosedModels.Family();
        Assert.That(Forecast(models, "ram, ramplus_tl", "one", "two").Outlook, Is.EqualTo(MethodOutlook.Degenerate));
        var recipe = new MergeRecipe
        {
            Method = MergeMethod.Ram,
            BaseModel = "base",
            Models = [new("one", RecipeParameters.Empty), new("two", RecipeParameters.Empty)],
        };
        var mean = recipe with { Method = MergeMethod.TaskArithmetic, Parameters = RecipeParameters.Of(("weight", 0.5)) };
        var apart = Merge(models, recipe).Zip(Merge(models, mean)).Count(pair => Math.Abs(pair.First - pair.Second) > 1e-6);
        Assert.That(apart, Is.LessThan(0.02 * Merge(models, mean).Length));
    }

    [TestCase(4, MethodOutlook.Sensible)]
    [TestCase(1, MethodOutlook.Degenerate)]
    public void Ram_IsJudgedByTheShareThatChanged(int every, MethodOutlook expected)
    {
        using var models = Sparse(every);
        Assert.That(Forecast(models, "ram, ramplus_tl", "one", "two").Outlook, Is.EqualTo(expected));
    }

    [Test]
    public void ArceeFusion_OfASparseFineTune_TakesAllOfItAsForetold()
    {
        using var models = Sparse(every: 9);
        var forecast = Forecast(models, "arcee_fusion", "one");
        Assert.That(forecast.Outlook, Is.EqualTo(MethodOutlook.Degenerate));
        Assert.That(forecast.Reason, Does.Contain("all of the model's tensor is taken over"));
        var fused = Merge(
            models,
            new MergeRecipe { Method = MergeMethod.ArceeFusion, BaseModel = "base", Models = [new("one", RecipeParameters.Empty)] });
        Assert.That(
            fused,
            Is.EqualTo(Merge(models, new MergeRecipe { Method = MergeMethod.Passthrough, Models = [new("one", RecipeParameters.Empty)] })));
    }

    [Test]
    public void NearSwap_WithATAboveTheLargestDifference_IsTheModelAsForetold()
    {
        using var models = DiagnosedModels.Family();
        Assert.That(Forecast(models, "nearswap", "one").Reason, Does.Contain("a t above that takes the whole model over"));
        var swapped = Merge(models, new MergeRecipe
        {
            Method = MergeMethod.NearSwap,
            BaseModel = "base",
            Models = [new("one", RecipeParameters.Empty)],
            Parameters = RecipeParameters.Of(("t", 10.0)),
        });
        var one = Merge(models, new MergeRecipe { Method = MergeMethod.Passthrough, Models = [new("one", RecipeParameters.Empty)] });
        Assert.That(swapped, Is.EqualTo(one).Within(1e-6));
    }

    [Test]
    public void OneModelWithNearlyAllEnergy_IsNamed()
    {
        using var models = DiagnosedModels.Family(deviation: 0.0005);
        TinyModels.WriteSpecialist(models.PathOf("far"), DiagnosedModels.Options, baseSeed: 1, seed: 7, deviation: 0.02);
        var forecast = Forecast(models, "sce, dfs", "one", "far");
        Assert.That(forecast.Outlook, Is.EqualTo(MethodOutlook.Degenerate));
        Assert.That(forecast.Reason, Does.Contain("of which far has"));
    }

    [Test]
    public void FewLargeChanges_AreWhatBreadcrumbsWouldDrop()
    {
        using var models = DiagnosedModels.Family();
        using var weights = TinyModels.Weights(DiagnosedModels.Options, 1, (_, index) => index % 500 == 0 ? 0.2 : 0.0001);
        TinyModels.Write(models.PathOf("spiky"), DiagnosedModels.Options, weights);
        Assert.That(Forecast(models, "breadcrumbs, breadcrumbs_ties", "spiky", "one").Outlook, Is.EqualTo(MethodOutlook.Doubtful));
    }

    // A base, and two models that change every so-many-th element.
    private static DiagnosedModels Sparse(int every)
    {
        var models = DiagnosedModels.Family();
        foreach (var (name, offset) in new[] { ("one", 0), ("two", 1) })
        {
            using var weights = TinyModels.Weights(DiagnosedModels.Options, 1, (_, index) => index % every == offset % every ? 0.01 : 0);
            TinyModels.Write(models.PathOf(name), DiagnosedModels.Options, weights);
        }

        return models;
    }

    private static MethodForecast Forecast(DiagnosedModels models, string methods, params string[] names) =>
        models.Examine("base", names).Forecasts.Single(forecast => forecast.Method == methods);

    private static float[] Merge(DiagnosedModels models, MergeRecipe recipe)
    {
        using var parents = new ParentModels(models.Root);
        using var device = new CpuDevice(2);
        using var output = new TensorSet();
        new MergeExecutor(device).Execute(MergePlanner.Plan(recipe, parents), output);
        return [.. output.Names.SelectMany(name => MemoryModels.Values(output, name))];
    }
}
