using Convergence.LanguageModels.Tasks;
using MathNet.Numerics.Statistics;

namespace Convergence.EvoMerge.Fitness;

/// <summary>
/// What a model achieved, objective by objective, in natural units; <see langword="null"/> where an objective was not measured.
/// </summary>
/// <param name="Perplexity">The geometric mean over the language-modelling tasks, at least 1; lower is better.</param>
/// <param name="Accuracy">The mean over the other tasks (exact match, acc, acc_norm), in [0, 1]; higher is better.</param>
/// <param name="TokensPerSecond">Higher is better.</param>
/// <param name="PeakBytes">Lower is better.</param>
public sealed record ObjectiveValues(double? Perplexity, double? Accuracy, double? TokensPerSecond, double? PeakBytes)
{
    /// <summary>Summarises the scores of a split's tasks.</summary>
    /// <param name="tasks">Metric and value, task by task.</param>
    /// <param name="cost">What the model's shape costs; <see langword="null"/> when that is no objective.</param>
    public static ObjectiveValues Of(IEnumerable<(string Metric, double Value)> tasks, ShapeCost? cost)
    {
        var perplexities = new List<double>();
        var accuracies = new List<double>();
        foreach (var (metric, value) in tasks)
        {
            (metric == TaskMetrics.Perplexity ? perplexities : accuracies).Add(value);
        }

        return new ObjectiveValues(
            perplexities.Count == 0 ? null : Statistics.GeometricMean(perplexities),
            accuracies.Count == 0 ? null : Statistics.Mean(accuracies),
            cost?.TokensPerSecond,
            cost?.PeakBytes);
    }
}
