using Convergence.Evolution.Randomness;
using MathNet.Numerics.Statistics;

namespace Convergence.EvoMerge.Results.Statistics;

/// <summary>
/// The percentile bootstrap over examples (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13),
/// stratified by task: every resample draws as many examples of a task as the task has, with replacement. It is paired because
/// the statistic sees only which examples were drawn, and so reads all models it compares on the same ones (Koehn, "Statistical
/// Significance Tests for Machine Translation Evaluation", 2004).
/// </summary>
public static class PairedBootstrap
{
    /// <summary>Resamples drawn unless told otherwise.</summary>
    public const int DefaultResampleCount = 2_000;

    /// <summary>The interval of any statistic of the examples.</summary>
    /// <param name="exampleCounts">Examples in each task; every count at least 1.</param>
    /// <param name="statistic">
    /// Maps the drawn examples (for each task its example indices, in [0, count), repeats included) to a number. First called with
    /// every example once, in order, for the estimate. The arrays are reused between calls: read them, do not keep them.
    /// </param>
    /// <param name="seed">Equal seeds draw equal resamples, whatever the statistic.</param>
    /// <param name="resampleCount">Resamples to draw, at least 100. Default 2 000.</param>
    /// <param name="confidence">The share of resamples the interval covers, in (0, 1). Default 0.95.</param>
    /// <returns>The estimate and its interval. One NaN among the resamples makes the interval undefined: NaN at both ends.</returns>
    /// <exception cref="ArgumentException">There is no task, a task without examples, or a setting out of range.</exception>
    public static Interval Run(
        IReadOnlyList<int> exampleCounts,
        Func<IReadOnlyList<int[]>, double> statistic,
        ulong seed,
        int resampleCount = DefaultResampleCount,
        double confidence = 0.95)
    {
        ArgumentNullException.ThrowIfNull(exampleCounts);
        ArgumentNullException.ThrowIfNull(statistic);
        RefuseSettings(exampleCounts, resampleCount, confidence);
        var drawn = exampleCounts.Select(count => Enumerable.Range(0, count).ToArray()).ToArray();
        var estimate = statistic(drawn);
        var random = new SearchRandom(seed);
        var values = new double[resampleCount];
        for (var resample = 0; resample < resampleCount; resample++)
        {
            Redraw(drawn, random);
            values[resample] = statistic(drawn);
        }

        if (double.IsNaN(estimate) || Array.Exists(values, double.IsNaN))
        {
            return new Interval(estimate, double.NaN, double.NaN);
        }

        var tail = (1 - confidence) / 2;
        Array.Sort(values);
        return new Interval(
            estimate,
            SortedArrayStatistics.Quantile(values, tail),
            SortedArrayStatistics.Quantile(values, 1 - tail));
    }

    /// <summary>The interval of a mean of scores.</summary>
    /// <param name="scores">One score an example; at least one.</param>
    /// <param name="seed">The seed of the resamples.</param>
    /// <param name="resampleCount">Resamples to draw, at least 100. Default 2 000.</param>
    public static Interval Mean(IReadOnlyList<double> scores, ulong seed, int resampleCount = DefaultResampleCount)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return Run([scores.Count], drawn => MeanOf(scores, drawn[0]), seed, resampleCount);
    }

    /// <summary>The interval of the difference of two means over the same examples: first minus second.</summary>
    /// <param name="first">One score an example.</param>
    /// <param name="second">The other model's scores of the same examples, in the same order.</param>
    /// <param name="seed">The seed of the resamples.</param>
    /// <param name="resampleCount">Resamples to draw, at least 100. Default 2 000.</param>
    /// <exception cref="ArgumentException">The two are not of equal length, so they cannot be paired.</exception>
    public static Interval MeanDifference(
        IReadOnlyList<double> first,
        IReadOnlyList<double> second,
        ulong seed,
        int resampleCount = DefaultResampleCount)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Count != second.Count)
        {
            throw new ArgumentException($"Paired scores need equal lengths; there are {first.Count} and {second.Count}.", nameof(second));
        }

        return Run([first.Count], drawn => MeanOf(first, drawn[0]) - MeanOf(second, drawn[0]), seed, resampleCount);
    }

    private static void RefuseSettings(IReadOnlyList<int> exampleCounts, int resampleCount, double confidence)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(resampleCount, 100);
        if (exampleCounts.Count == 0 || exampleCounts.Any(count => count < 1))
        {
            throw new ArgumentException("Every task needs at least one example to resample.", nameof(exampleCounts));
        }

        if (!(confidence is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "Confidence must lie in (0, 1).");
        }
    }

    private static void Redraw(int[][] drawn, SearchRandom random)
    {
        foreach (var indices in drawn)
        {
            for (var position = 0; position < indices.Length; position++)
            {
                indices[position] = random.Next(indices.Length);
            }
        }
    }

    private static double MeanOf(IReadOnlyList<double> scores, int[] indices)
    {
        var sum = 0.0;
        foreach (var index in indices)
        {
            sum += scores[index];
        }

        return sum / indices.Length;
    }
}
