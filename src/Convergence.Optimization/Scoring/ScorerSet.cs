using System.Collections.Immutable;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Scoring.Judging;
using Convergence.Optimization.Scoring.Scorers;
using Convergence.Optimization.TestCases;

namespace Convergence.Optimization.Scoring;

/// <summary>The scorers of a configuration's metrics. Disposing of it ends programs that were started for them.</summary>
public sealed class ScorerSet : IAsyncDisposable
{
    // Answers that are not there yet are taken to be of this length.
    private const int AssumedAnswerLength = 2000;

    private readonly ImmutableArray<IAsyncDisposable> _owned;

    internal ScorerSet(ImmutableArray<MetricScorer> metrics, ImmutableArray<IAsyncDisposable> owned)
    {
        Metrics = metrics;
        _owned = owned;
    }

    /// <summary>One by metric, in the configuration's order.</summary>
    public ImmutableArray<MetricScorer> Metrics { get; }

    /// <summary>The scorers by their metrics' names.</summary>
    public ImmutableDictionary<string, IMetricScorer> ByName =>
        Metrics.ToImmutableDictionary(metric => metric.Metric.Name, metric => metric.Scorer, StringComparer.Ordinal);

    /// <summary>How much judges disagreed with themselves so far, by metric; empty where no answer was judged twice.</summary>
    public ImmutableSortedDictionary<string, JudgeNoise> JudgeNoise =>
        Metrics
            .Select(metric => (metric.Metric.Name, Noise: (Inner(metric) as JudgeScorer)?.Noise.Read()))
            .Where(entry => entry.Noise is not null)
            .ToImmutableSortedDictionary(entry => entry.Name, entry => entry.Noise!);

    /// <summary>The judge, with the first metric that it judges; <see langword="null"/> where nothing is judged.</summary>
    internal (LlmJudge Model, MetricConfig Metric)? Judge => Metrics
        .Select(metric => Inner(metric) is JudgeScorer judge ? (judge.Judge, metric.Metric) : default((LlmJudge, MetricConfig)?))
        .FirstOrDefault(judge => judge is not null);

    /// <summary>What scoring one answer to a test case takes.</summary>
    public ScoringForecast Forecast(TestCase testCase)
    {
        var total = new ScoringForecast(0, 0, 0, 0, HasPrice: true);
        foreach (var metric in Metrics)
        {
            var (calls, each) = Inner(metric) switch
            {
                JudgeScorer judge => judge.Judge.Forecast(metric.Metric, testCase, AssumedAnswerLength),
                EmbeddingScorer embedding => (1, embedding.Forecast(testCase, AssumedAnswerLength)),
                _ => (0, default),
            };
            if (calls > 0)
            {
                total = new ScoringForecast(
                    total.Calls + calls,
                    total.MostTokens + (calls * each.MostTokens),
                    total.MostDollars + (calls * each.MostDollars),
                    total.LikelyDollars + (calls * each.LikelyDollars),
                    total.HasPrice && each.HasPrice);
            }
        }

        return total;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in _owned)
        {
            await owned.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static IMetricScorer Inner(MetricScorer metric) => metric.Scorer is CheckedScorer { Inner: var inner } ? inner : metric.Scorer;
}
