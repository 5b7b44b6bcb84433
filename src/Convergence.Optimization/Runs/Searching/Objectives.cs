using System.Collections.Immutable;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Runs.Evaluation;

namespace Convergence.Optimization.Runs.Searching;

/// <summary>What the search maximises: the weighted score, or every weighted metric for itself.</summary>
/// <param name="config">Metrics and whether they are searched as a front.</param>
/// <param name="plan">The cases, whose weights count.</param>
internal sealed class Objectives(EvaluationConfig config, CasePlan plan)
{
    private readonly ImmutableArray<string> _metrics = config.IsPareto && config.Metrics.Count(metric => metric.Weight > 0) > 1
        ? [.. config.Metrics.Where(metric => metric.Weight > 0).Select(metric => metric.Name)]
        : [];

    /// <summary>Whether there are several.</summary>
    public bool IsFront => !_metrics.IsEmpty;

    public int Count => Math.Max(1, _metrics.Length);

    /// <summary>The values of one case; <see langword="null"/> when it was not scored.</summary>
    public double[]? ValuesOf(CaseResult result)
    {
        if (result.Score is not { } score)
        {
            return null;
        }

        return IsFront ? [.. _metrics.Select(metric => result.MetricOf(metric) ?? double.NaN)] : [score];
    }

    /// <summary>The weighted means over the search's cases that it met; <see langword="null"/> when none was scored.</summary>
    public double[]? MeansOf(Entrant entrant)
    {
        var means = new double[Count];
        var weight = 0.0;
        foreach (var (result, share) in ScoredBy(entrant))
        {
            var values = ValuesOf(result)!;
            for (var objective = 0; objective < means.Length; objective++)
            {
                means[objective] += share * values[objective];
            }

            weight += share;
        }

        return weight > 0 ? [.. means.Select(sum => sum / weight)] : null;
    }

    /// <summary>The weighted mean score over the search's cases that it met; <see langword="null"/> when none was scored.</summary>
    public double? ScoreOf(Entrant entrant) => WeightedMean(InSearch(entrant), result => result.Score);

    /// <summary>The weighted mean score over the held-out cases that it met; <see langword="null"/> when none was scored.</summary>
    public double? HeldOutScoreOf(Entrant entrant) => WeightedMean(HeldOut(entrant), result => result.Score);

    /// <summary>A metric's weighted mean over the search's cases.</summary>
    public double? MetricOf(Entrant entrant, string metric) => WeightedMean(InSearch(entrant), result => result.MetricOf(metric));

    private static double? WeightedMean(IEnumerable<(CaseResult Result, double Weight)> results, Func<CaseResult, double?> value)
    {
        var (sum, weight) = (0.0, 0.0);
        foreach (var (result, share) in results)
        {
            if (value(result) is { } score)
            {
                (sum, weight) = (sum + (share * score), weight + share);
            }
        }

        return weight > 0 ? sum / weight : null;
    }

    private IEnumerable<(CaseResult Result, double Weight)> ScoredBy(Entrant entrant) =>
        InSearch(entrant).Where(pair => pair.Result.Score is not null);

    private IEnumerable<(CaseResult Result, double Weight)> InSearch(Entrant entrant) =>
        entrant.Results.Where(pair => pair.Key < plan.Search.Length).Select(pair => (pair.Value, plan.Weights[pair.Key]));

    private IEnumerable<(CaseResult Result, double Weight)> HeldOut(Entrant entrant) =>
        entrant.Results.Where(pair => pair.Key >= plan.Search.Length).Select(pair => (pair.Value, plan.Weights[pair.Key]));
}
