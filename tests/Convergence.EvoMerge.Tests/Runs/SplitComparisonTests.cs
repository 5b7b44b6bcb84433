using System.Collections.Immutable;
using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Fitness;
using Convergence.EvoMerge.Results;
using Convergence.EvoMerge.Runs;
using Convergence.LanguageModels.Tasks;

namespace Convergence.EvoMerge.Tests.Runs;

internal sealed class SplitComparisonTests
{
    private static readonly FitnessFunction Fitness = new(new FitnessWeights(1, 1, 0, 0), new ObjectiveValues(4, 0.5, null, null));

    [Test]
    public void ValueOn_AllExamples_IsTheTasksValue()
    {
        var text = Text(-2, -3, -7);
        var choices = Choices(1, 0, 1, 1);

        Assert.That(SplitComparison.ValueOn(text, [0, 1, 2]), Is.EqualTo(Math.Exp(12 / 30.0)).Within(1e-12));
        Assert.That(SplitComparison.ValueOn(text, [2, 2]), Is.EqualTo(Math.Exp(14 / 20.0)).Within(1e-12));
        Assert.That(SplitComparison.ValueOn(choices, [0, 1, 2, 3]), Is.EqualTo(0.75));
    }

    [Test]
    public void Compare_EqualModels_GainsNothingExactly()
    {
        var model = Model("champion", Text(-2, -3, -7), Choices(1, 0, 1, 1));
        var results = new SplitComparison(Fitness, seed: 1).Compare("test", [model, model with { Name = "twin" }]);

        Assert.That(results.Comparisons.Single(), Is.EqualTo(new Comparison("twin", 0, 0, 0)));
        Assert.That(results.Comparisons.Single().IsSignificant, Is.False);
    }

    [Test]
    public void Compare_BetterOnEveryExample_IsSignificantWithTheGainOfTheWholeSplit()
    {
        var champion = Model("champion", Text(-2, -3, -4), Choices(1, 1, 1, 0));
        var other = Model("other", Text(-8, -9, -10), Choices(1, 0, 0, 0));
        var results = new SplitComparison(Fitness, seed: 1).Compare("test", [champion, other]);
        var gain = (results.Contestants[0].Fitness / results.Contestants[1].Fitness) - 1;

        Assert.That(results.Comparisons.Single().RelativeGain, Is.EqualTo(gain).Within(1e-12));
        Assert.That(results.Comparisons.Single().IsSignificant, Is.True);
        Assert.That(results.Comparisons.Single().Lower95, Is.LessThan(gain));
    }

    [Test]
    public void Describe_Model_ReportsObjectivesAndTasks()
    {
        var contestant = new SplitComparison(Fitness, seed: 1).Describe(Model("champion", Text(-10, -10, -10), Choices(1, 0, 0, 1)));

        Assert.That(contestant.Perplexity, Is.EqualTo(Math.E).Within(1e-12));
        Assert.That(contestant.Accuracy, Is.EqualTo(0.5));
        Assert.That(contestant.Tasks.Select(task => (task.Task, task.ExampleCount)), Is.EqualTo(new[] { ("text", 3), ("choices", 4) }));
    }

    private static ScoredModel Model(string name, params TaskResult[] results) => new(name, ContestantRole.Champion, [.. results], null);

    /// <summary>Blocks of ten tokens with these sums of log-probabilities.</summary>
    private static TaskResult Text(params double[] sums) =>
        Result("text", TaskKind.Perplexity, TaskMetrics.Perplexity, Math.Exp(-sums.Sum() / (10 * sums.Length)), sums) with
        {
            TokenCounts = [.. sums.Select(_ => 10)],
        };

    private static TaskResult Choices(params double[] right) =>
        Result("choices", TaskKind.MultipleChoice, TaskMetrics.Accuracy, right.Average(), right);

    private static TaskResult Result(string task, TaskKind kind, string metric, double value, double[] perExample) => new()
    {
        Task = task,
        Kind = kind,
        Metric = metric,
        Value = value,
        PerExample = [.. perExample],
        Metrics = ImmutableSortedDictionary<string, double>.Empty.Add(metric, value),
        ScoredTokenCount = 1,
    };
}
