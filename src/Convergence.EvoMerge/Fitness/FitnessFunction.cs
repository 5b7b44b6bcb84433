using Convergence.EvoMerge.Configuration;

namespace Convergence.EvoMerge.Fitness;

/// <summary>
/// The composite fitness of a run, fixed once the parents are scored on the search split: the weighted mean of one score per objective.
/// Every score compares a value with the best parent's by the ratio r of better to worse, mapped to r / (1 + r): it rises strictly with
/// quality over the whole range, never saturates, is 0.5 for a model as good as the best parent, 2/3 for one twice as good, 1/3 for
/// one half as good. The ratios are
/// perplexity: best / value; accuracy: (value + 0.01) / (best + 0.01), so that parents at 0 compare too; speed: value / best;
/// memory: best / value. Perplexity is a geometric mean over tasks, so its ratio weighs tasks alike whatever their scale.
/// </summary>
public sealed class FitnessFunction
{
    /// <summary>What is added to accuracies before they are compared.</summary>
    public const double AccuracyOffset = 0.01;

    private readonly FitnessWeights _weights;
    private readonly ObjectiveValues _best;

    /// <param name="weights">The shares of the objectives that count; those of others must be 0.</param>
    /// <param name="best">The best parent's value in every objective that counts.</param>
    /// <exception cref="ArgumentException">The weights sum to 0, or an objective that counts has no reference.</exception>
    public FitnessFunction(FitnessWeights weights, ObjectiveValues best)
    {
        if (weights.Sum <= 0)
        {
            throw new ArgumentException("No objective has a weight.", nameof(weights));
        }

        if ((weights.Perplexity > 0 && best.Perplexity is null) || (weights.Accuracy > 0 && best.Accuracy is null)
            || (weights.Speed > 0 && best.TokensPerSecond is null) || (weights.Memory > 0 && best.PeakBytes is null))
        {
            throw new ArgumentException("An objective that counts has no reference value.", nameof(best));
        }

        _weights = weights;
        _best = best;
    }

    /// <summary>The weights in force.</summary>
    public FitnessWeights Weights => _weights;

    /// <summary>The best parent's values.</summary>
    public ObjectiveValues Best => _best;

    /// <summary>The best of each objective over several models: what fitness is relative to.</summary>
    public static ObjectiveValues BestOf(IReadOnlyCollection<ObjectiveValues> models) => new(
        models.Min(model => model.Perplexity),
        models.Max(model => model.Accuracy),
        models.Max(model => model.TokensPerSecond),
        models.Min(model => model.PeakBytes));

    /// <summary>The fitness in (0, 1), or <see langword="null"/> when an objective that counts is missing or not a number.</summary>
    public double? Of(ObjectiveValues values)
    {
        var sum = 0.0;
        Add(_weights.Perplexity, PerplexityScore(values.Perplexity));
        Add(_weights.Accuracy, AccuracyScore(values.Accuracy));
        Add(_weights.Speed, Score(values.TokensPerSecond / _best.TokensPerSecond));
        Add(_weights.Memory, Score(_best.PeakBytes / values.PeakBytes));
        return double.IsNaN(sum) ? null : sum / _weights.Sum;

        void Add(double weight, double score) => sum += weight > 0 ? weight * score : 0;
    }

    private double PerplexityScore(double? value) => Score(_best.Perplexity / value);

    private double AccuracyScore(double? value) => Score((value + AccuracyOffset) / (_best.Accuracy + AccuracyOffset));

    /// <summary>A missing ratio gives NaN, which no sum hides.</summary>
    private static double Score(double? ratio) => ratio switch
    {
        null => double.NaN,
        double.PositiveInfinity => 1,
        var value => value.Value / (1 + value.Value),
    };
}
