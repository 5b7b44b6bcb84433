using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Fitness;
using Convergence.EvoMerge.Fitness.Evaluation;
using Convergence.EvoMerge.Genomes;
using Convergence.EvoMerge.Runs;
using Convergence.LanguageModels;
using Convergence.Merging;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;

namespace Convergence.EvoMerge.Tests.Fitness;

internal sealed class ModelEvaluatorTests
{
    /// <summary>
    /// The managed bytes that one evaluation may allocate once buffers are warm: the plan of the merge (about 1 KB a tensor),
    /// the results example by example, and the JSON of the configuration. Weights and activations are native and reused.
    /// </summary>
    private const long AllocationBound = 256 * 1024;

    private const int MaxLayers = 24;

    private readonly CpuDevice _device = new(threadCount: 1);
    private TinyJob _job = null!;
    private ModelEvaluator _evaluator = null!;
    private RunSetup _setup = null!;

    [OneTimeSetUp]
    public void Open()
    {
        _job = new TinyJob();
        _evaluator = new ModelEvaluator(_device, _job.Combine(), batchTokens: 2048, TimeProvider.System);
        _setup = RunSetup.Open(_job.NewConfig(("layers", FormattableString.Invariant($"{{min: 1, max: {MaxLayers}}}"))), _evaluator);
    }

    [OneTimeTearDown]
    public void Close()
    {
        _evaluator.Dispose();
        _device.Dispose();
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
        using var device = new CpuDevice(threadCount: 2);
        using var other = new ModelEvaluator(device, _job.Combine(), batchTokens: 2048, TimeProvider.System);
        var fresh = other.Evaluate(shallow, _setup.Search, CancellationToken.None);

        Assert.That(reused.Failure, Is.Null);
        Assert.That(reused.Results.Select(result => result.Value), Is.EqualTo(fresh.Results.Select(result => result.Value)));
    }

    [Test]
    public void Evaluate_RecipeThatCannotBeMerged_IsAFailureAndTheNextOneWorks()
    {
        var failed = _evaluator.Evaluate(OneHot("absent"), _setup.Search, CancellationToken.None);

        Assert.That(failed.Failure, Does.Contain("absent"));
        Assert.That(failed.Results, Is.Empty);
        Assert.That(_evaluator.Evaluate(Recipe(MergeTechnique.Linear), _setup.Search, CancellationToken.None).Failure, Is.Null);
    }

    [Test]
    public void Evaluate_OneHotLinear_ScoresLikeThatParent()
    {
        var merged = _evaluator.Evaluate(OneHot("second"), _setup.Search, CancellationToken.None);
        var parent = _evaluator.EvaluateParent("second", _setup.Search, CancellationToken.None);

        Assert.That(merged.Results.Select(result => result.Value), Is.EqualTo(parent.Results.Select(result => result.Value)));
    }

    [Test]
    public void Evaluate_SideBySide_GivesEachCandidateWhatItHasAlone()
    {
        using var merger = new CandidateMerger(_device, _job.Combine(), CandidateMerger.DefaultByteBudget, TimeProvider.System);
        MergeRecipe[] recipes =
        [
            Recipe(MergeTechnique.Linear), Franken(new LayerChoice(0, 0)), Recipe(MergeTechnique.Ties), Recipe(MergeTechnique.Slerp),
            OneHot("absent"), Franken(new LayerChoice(1, 1)), Recipe(MergeTechnique.Dare),
        ];
        var candidates = merger.Merge(recipes, CancellationToken.None);
        var expected = recipes.Select(recipe => _evaluator.Evaluate(recipe, _setup.Search, CancellationToken.None)).ToList();

        // Depths do not mix, what failed before stands alone, and the fourth of a depth is one too many.
        var stacks = CandidateStacks.Of(candidates, mostTogether: 3);
        Assert.That(stacks, Is.EqualTo(new int[][] { [0, 2, 3], [6], [1, 5], [4] }));
        Assert.That(CandidateStacks.Of(candidates, mostTogether: 1), Has.Count.EqualTo(recipes.Length));
        using var evaluator = new ModelEvaluator(_device, _job.Combine(), batchTokens: 100, TimeProvider.System) { MostTogether = 3 };
        foreach (var stack in stacks)
        {
            var evaluations = evaluator.Evaluate([.. stack.Select(place => candidates[place])], _setup.Search, CancellationToken.None);
            for (var member = 0; member < stack.Length; member++)
            {
                AssertSame(evaluations[member], expected[stack[member]]);
            }
        }
    }

    [Test]
    public void Evaluate_SideBySideWithBrokenOnes_LeavesTheOthersTheirScores()
    {
        using var merger = new CandidateMerger(_device, _job.Combine(), CandidateMerger.DefaultByteBudget, TimeProvider.System);
        MergeRecipe[] recipes = [Recipe(MergeTechnique.Linear), Recipe(MergeTechnique.Slerp), Recipe(MergeTechnique.Ties)];
        var candidates = merger.Merge(recipes, CancellationToken.None).ToArray();
        var expected = recipes.Select(recipe => _evaluator.Evaluate(recipe, _setup.Search, CancellationToken.None)).ToList();
        using var evaluator = new ModelEvaluator(_device, _job.Combine(), batchTokens: 100, TimeProvider.System) { MostTogether = 3 };

        // One that cannot be loaded: its weights are another model's.
        var evaluations = evaluator.Evaluate(
            [candidates[0], candidates[1] with { Weights = new TensorSet() }, candidates[2]], _setup.Search, CancellationToken.None);
        Assert.That(evaluations[1].Failure, Does.Contain("the weights lack"));
        AssertSame(evaluations[0], expected[0]);
        AssertSame(evaluations[2], expected[2]);

        // One whose numbers are none.
        candidates[1].Weights!.TryGet("model.norm.weight", out var norm);
        _device.Write([.. Enumerable.Repeat(float.NaN, (int)norm!.ElementCount)], norm);
        evaluations = evaluator.Evaluate(candidates, _setup.Search, CancellationToken.None);
        Assert.That(evaluations[1].Failure, Does.Contain("is not a finite number"));
        AssertSame(evaluations[0], expected[0]);
        AssertSame(evaluations[2], expected[2]);
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
        using var device = new CpuDevice();
        return CostMeter.Find(device, measure, config, weights, new LanguageModelOptions());
    }

    private static void AssertSame(Evaluation actual, Evaluation expected)
    {
        Assert.That(actual.Failure, Is.EqualTo(expected.Failure));
        Assert.That(actual.Results.Select(result => result.Value), Is.EqualTo(expected.Results.Select(result => result.Value)));
    }

    private static MergeRecipe OneHot(string model) => new()
    {
        Method = MergeMethod.Linear,
        Models = [new RecipeInput(model, RecipeParameters.Of(("weight", 1.0)))],
    };

    private MergeRecipe Recipe(MergeTechnique technique) =>
        _setup.Recipes.ToRecipe(_setup.Space.Seeds.First(seed => seed.Technique == technique));

    private MergeRecipe Franken(params LayerChoice[] layers) =>
        _setup.Recipes.ToRecipe(_setup.Space.Seeds[0] with { Technique = MergeTechnique.FrankenMerge, Layers = [.. layers] });
}
