using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Fitness;
using Convergence.EvoMerge.Fitness.Evaluation;
using Convergence.EvoMerge.Genomes;
using Convergence.EvoMerge.Runs;
using Convergence.LanguageModels;
using Convergence.Merging;

namespace Convergence.EvoMerge.Tests.Fitness;

internal sealed class ModelEvaluatorTests
{
    /// <summary>
    /// The managed bytes that one evaluation may allocate once buffers are warm: the plan of the merge (about 1 KB a tensor),
    /// the results example by example, and the JSON of the configuration. Weights and activations are native and reused.
    /// </summary>
    private const long AllocationBound = 256 * 1024;

    private const int MaxLayers = 24;

    private TinyJob _job = null!;
    private ModelEvaluator _evaluator = null!;
    private RunSetup _setup = null!;

    [OneTimeSetUp]
    public void Open()
    {
        _job = new TinyJob();
        _evaluator = new ModelEvaluator(threadCount: 1, _job.Combine(), batchTokens: 2048, TimeProvider.System);
        _setup = RunSetup.Open(_job.NewConfig(("layers", FormattableString.Invariant($"{{min: 1, max: {MaxLayers}}}"))), _evaluator);
    }

    [OneTimeTearDown]
    public void Close()
    {
        _evaluator.Dispose();
        _job.Dispose();
    }

    [Test]
    public void Evaluate_SteadyState_AllocatesWithinTheBound([Values] MergeTechnique technique)
    {
        // Two in turn, so that no tensor is found as the last one left it.
        MergeRecipe[] recipes =
            [Recipe(technique), Recipe(technique == MergeTechnique.Linear ? MergeTechnique.Slerp : MergeTechnique.Linear)];
        for (var warmUp = 0; warmUp < 4; warmUp++)
        {
            _evaluator.Evaluate(recipes[warmUp % 2], _setup.Search, CancellationToken.None);
        }

        var nativeBefore = _evaluator.Device.AllocatedBytes;
        var before = GC.GetAllocatedBytesForCurrentThread();
        const int count = 10;
        for (var evaluation = 0; evaluation < count; evaluation++)
        {
            _evaluator.Evaluate(recipes[evaluation % 2], _setup.Search, CancellationToken.None);
        }

        var perEvaluation = (GC.GetAllocatedBytesForCurrentThread() - before) / count;
        TestContext.Out.WriteLine($"{technique}: {perEvaluation} bytes an evaluation");
        Assert.That(perEvaluation, Is.LessThan(AllocationBound));
        Assert.That(_evaluator.Device.AllocatedBytes, Is.EqualTo(nativeBefore), "native memory is reused");
    }

    [Test]
    public void Evaluate_AfterADeeperModel_GivesTheScoresOfAFreshEvaluator()
    {
        var shallow = Franken(new LayerChoice(0, 0));
        _evaluator.Evaluate(
            Franken(new LayerChoice(0, 0), new LayerChoice(1, 1), new LayerChoice(2, 1)), _setup.Search, CancellationToken.None);
        var reused = _evaluator.Evaluate(shallow, _setup.Search, CancellationToken.None);
        using var other = new ModelEvaluator(threadCount: 2, _job.Combine(), batchTokens: 2048, TimeProvider.System);
        var fresh = other.Evaluate(shallow, _setup.Search, CancellationToken.None);

        Assert.That(reused.Failure, Is.Null);
        Assert.That(reused.Results.Select(result => result.Value), Is.EqualTo(fresh.Results.Select(result => result.Value)));
    }

    [Test]
    public void Evaluate_RecipeThatCannotBeMerged_IsAFailureAndTheNextOneWorks()
    {
        var broken = new MergeRecipe
        {
            Method = MergeMethod.Linear,
            Models = [new RecipeInput("absent", RecipeParameters.Of(("weight", 1.0)))],
        };
        var failed = _evaluator.Evaluate(broken, _setup.Search, CancellationToken.None);

        Assert.That(failed.Failure, Does.Contain("absent"));
        Assert.That(failed.Results, Is.Empty);
        Assert.That(_evaluator.Evaluate(Recipe(MergeTechnique.Linear), _setup.Search, CancellationToken.None).Failure, Is.Null);
    }

    [Test]
    public void Evaluate_OneHotLinear_ScoresLikeThatParent()
    {
        var oneHot = new MergeRecipe
        {
            Method = MergeMethod.Linear,
            Models = [new RecipeInput("second", RecipeParameters.Of(("weight", 1.0)))],
        };
        var merged = _evaluator.Evaluate(oneHot, _setup.Search, CancellationToken.None);
        var parent = _evaluator.EvaluateParent("second", _setup.Search, CancellationToken.None);

        Assert.That(merged.Results.Select(result => result.Value), Is.EqualTo(parent.Results.Select(result => result.Value)));
    }

    [Test]
    public void CostMeter_DeeperModel_IsSlowerAndLarger([Values] SpeedMeasure measure)
    {
        var shallow = Cost(measure, new LayerChoice(0, 0));
        var deep = Cost(measure, [.. Enumerable.Range(0, MaxLayers).Select(_ => new LayerChoice(0, 1))]);

        Assert.That(deep.TokensPerSecond, Is.LessThan(shallow.TokensPerSecond));
        Assert.That(deep.PeakBytes, Is.GreaterThan(shallow.PeakBytes));
    }

    private ShapeCost Cost(SpeedMeasure measure, params LayerChoice[] layers)
    {
        var (config, weights) = _evaluator.Merge(Franken(layers), CancellationToken.None);
        return CostMeter.Find(measure, config, weights, new LanguageModelOptions());
    }

    private MergeRecipe Recipe(MergeTechnique technique) =>
        _setup.Recipes.ToRecipe(_setup.Space.Seeds.First(seed => seed.Technique == technique));

    private MergeRecipe Franken(params LayerChoice[] layers) =>
        _setup.Recipes.ToRecipe(_setup.Space.Seeds[0] with { Technique = MergeTechnique.FrankenMerge, Layers = [.. layers] });
}
