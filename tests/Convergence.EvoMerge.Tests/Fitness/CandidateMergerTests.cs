using Convergence.EvoMerge.Fitness.Evaluation;
using Convergence.EvoMerge.Runs;
using Convergence.Merging;
using Convergence.Tensors.Cpu;
using Convergence.Testing;

namespace Convergence.EvoMerge.Tests.Fitness;

/// <summary>Batches of candidates: the same weights however they are grouped, and only the work that is needed.</summary>
internal sealed class CandidateMergerTests
{
    private readonly CpuDevice _device = new(threadCount: 2);
    private TinyJob _job = null!;
    private ModelEvaluator _evaluator = null!;
    private RunSetup _setup = null!;

    [OneTimeSetUp]
    public void Open()
    {
        _job = new TinyJob();
        _evaluator = new ModelEvaluator(_device, _job.Combine(), batchTokens: 2048, TimeProvider.System);
        _setup = RunSetup.Open(_job.NewConfig(), _evaluator);
    }

    [OneTimeTearDown]
    public void Close()
    {
        _evaluator.Dispose();
        _device.Dispose();
        _job.Dispose();
    }

    [Test]
    public void Merge_AnyBudget_GivesTheWeightsOfMergingAlone([Values(1, 200_000, long.MaxValue)] long budget)
    {
        var recipes = Recipes();
        using var merger = new CandidateMerger(_device, _job.Combine(), budget, TimeProvider.System);
        var done = 0;
        while (done < recipes.Length)
        {
            var merged = merger.Merge(recipes[done..], CancellationToken.None);
            Assert.That(
                merged, Has.Count.EqualTo(budget == 1 ? 1 : budget == long.MaxValue ? recipes.Length : merged.Count).And.Count.Positive);
            foreach (var candidate in merged)
            {
                Assert.That(candidate.Failure, Is.Null);
                Assert.That(
                    TensorComparison.FirstDifference(candidate.Weights!, _evaluator.Merge(recipes[done++], CancellationToken.None).Weights),
                    Is.Null);
            }
        }

        Assert.That(merger.Savings.CandidateCount, Is.EqualTo(recipes.Length));
    }

    [Test]
    public void Merge_TheSameBatchAgain_ReadsNothing()
    {
        var recipes = Recipes();
        using var merger = new CandidateMerger(_device, _job.Combine(), long.MaxValue, TimeProvider.System);
        merger.Merge(recipes, CancellationToken.None);
        var first = merger.Savings;

        // In another order: every candidate finds the weights that it left.
        merger.Merge([.. recipes.Reverse()], CancellationToken.None);
        var both = merger.Savings;

        Assert.Multiple(() =>
        {
            Assert.That(first.BytesRead, Is.LessThan(first.BytesReadAlone / 2));
            Assert.That(both.BytesRead, Is.EqualTo(first.BytesRead));
            Assert.That(both.TensorsKept - first.TensorsKept, Is.EqualTo(first.TensorCount));
        });
    }

    [Test]
    public void MergeAhead_WhileABatchIsScored_LeavesItAndGivesTheWeightsOfMergingAlone([Values] bool isAskedForOthers)
    {
        var recipes = Recipes();
        using var merger = new CandidateMerger(_device, _job.Combine(), byteBudget: 1, TimeProvider.System, mergesAhead: true);
        MergedCandidate? last = null;
        for (var index = 0; index < recipes.Length; index++)
        {
            var merged = merger.Merge(recipes[index..], CancellationToken.None).Single();
            Assert.That(merged.Weights, Is.Not.SameAs(last?.Weights).Or.Null);
            merger.MergeAhead(isAskedForOthers ? [recipes[0]] : recipes[(index + 1)..], CancellationToken.None);
            var alone = _evaluator.Merge(recipes[index], CancellationToken.None).Weights;
            Assert.That(TensorComparison.FirstDifference(merged.Weights!, alone), Is.Null);
            last = isAskedForOthers ? null : merged;
        }

        Assert.That(merger.Savings.CandidateCount, Is.EqualTo(recipes.Length));
    }

    [Test]
    public void Merge_OneRecipeThatCannotBeMerged_FailsAlone()
    {
        var broken = new MergeRecipe
        {
            Method = MergeMethod.Linear,
            Models = [new RecipeInput("absent", RecipeParameters.Of(("weight", 1.0)))],
        };
        var recipes = Recipes();
        using var merger = new CandidateMerger(_device, _job.Combine(), long.MaxValue, TimeProvider.System);
        var merged = merger.Merge([recipes[0], broken, recipes[1]], CancellationToken.None);
        var scores = merged.Select(candidate => _evaluator.Evaluate(candidate, _setup.Search, CancellationToken.None)).ToList();

        Assert.Multiple(() =>
        {
            Assert.That(merged[1].Failure, Does.Contain("absent"));
            Assert.That(scores[1].Failure, Does.Contain("absent"));
            Assert.That(scores[0].Results, Is.Not.Empty);
            Assert.That(scores[2].Results, Is.Not.Empty);
        });
    }

    private MergeRecipe[] Recipes() => [.. _setup.Space.Seeds.Select(_setup.Recipes.ToRecipe).Take(6)];

    [Test]
    public void Failed_ForWantOfMemory_SaysWhatToLower() =>
        Assert.That(
            MergedCandidate.Failed(new InsufficientMemoryException()).Failure,
            Does.Contain("not enough memory").And.Contain("num_workers or batch_tokens"));

    [Test]
    public void Failed_ByABug_NamesItsKindAndByBadInput_DoesNot()
    {
        Assert.That(MergedCandidate.Failed(new InvalidOperationException("odd")).Failure, Is.EqualTo("InvalidOperationException: odd"));
        Assert.That(
            MergedCandidate.Failed(new ConvergenceException("model: is bad. Mend it.")).Failure, Is.EqualTo("model: is bad. Mend it."));
    }
}
