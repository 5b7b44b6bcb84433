using Convergence.EvoMerge.Fitness;
using Convergence.EvoMerge.Results;
using Convergence.EvoMerge.Results.Statistics;
using Convergence.LanguageModels.Tasks;

namespace Convergence.EvoMerge.Runs;

/// <summary>
/// Compares models on one split. All of them met the same examples, so every resample of the bootstrap takes the same ones for all, and the
/// composite fitness is computed anew on it.
/// </summary>
internal sealed class SplitComparison(FitnessFunction fitness, ulong seed)
{
    /// <summary>The champion, first of <paramref name="models"/>, against each of the others.</summary>
    public TestResults Compare(string split, IReadOnlyList<ScoredModel> models) => new(
        split,
        [.. models.Select(Describe)],
        [.. models.Skip(1).Select(other => Compare(models[0], other))]);

    /// <summary>A model's scores with their intervals.</summary>
    public Contestant Describe(ScoredModel model)
    {
        var values = Values(model, model.Results.Select(result => result.Value));
        return new Contestant(
            model.Name,
            model.Role,
            fitness.Of(values) ?? double.NaN,
            values.Perplexity ?? double.NaN,
            values.Accuracy ?? double.NaN,
            [.. model.Results.Select(Describe)]);
    }

    /// <summary>A task's score on some of its examples.</summary>
    internal static double ValueOn(TaskResult result, IReadOnlyList<int> examples)
    {
        var sum = 0.0;
        long tokens = 0;
        for (var index = 0; index < examples.Count; index++)
        {
            sum += result.PerExample[examples[index]];
            tokens += result.TokenCounts.IsEmpty ? 1 : result.TokenCounts[examples[index]];
        }

        return result.Metric == TaskMetrics.Perplexity ? Math.Exp(-sum / tokens) : sum / tokens;
    }

    private Comparison Compare(ScoredModel champion, ScoredModel other)
    {
        var interval = PairedBootstrap.Run(
            [.. champion.Results.Select(result => result.ExampleCount)],
            drawn => (FitnessOn(champion, drawn) - FitnessOn(other, drawn)) / FitnessOn(other, drawn),
            seed);
        return new Comparison(other.Name, interval.Estimate, interval.Lower, interval.Upper);
    }

    private TaskScore Describe(TaskResult result)
    {
        var interval = PairedBootstrap.Run([result.ExampleCount], drawn => ValueOn(result, drawn[0]), seed);
        return new TaskScore(result.Task, result.Metric, result.Value, interval.Lower, interval.Upper, result.ExampleCount);
    }

    private double FitnessOn(ScoredModel model, IReadOnlyList<int[]> drawn) =>
        fitness.Of(Values(model, model.Results.Select((result, task) => ValueOn(result, drawn[task])))) ?? double.NaN;

    private static ObjectiveValues Values(ScoredModel model, IEnumerable<double> values) =>
        ObjectiveValues.Of(model.Results.Zip(values, (result, value) => (result.Metric, value)), model.Cost);
}
