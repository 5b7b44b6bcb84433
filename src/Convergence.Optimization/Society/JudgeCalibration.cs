using System.Collections.Immutable;
using System.Globalization;

namespace Convergence.Optimization.Society;

/// <summary>What self-made preferences say about a judge.</summary>
/// <param name="Pairs">How many pairs it judged in both orders.</param>
/// <param name="PositionBias">How much higher it grades a text for standing first, from -1 to 1.</param>
/// <param name="Consistency">The share of pairs in which it preferred the same text in both orders.</param>
/// <param name="Accuracy">The share of pairs in which it preferred the text that was written to be good.</param>
/// <param name="GradeDeviation">The standard deviation of a grade between the orders, bias apart.</param>
internal sealed record JudgeCalibration(
    int Pairs, double PositionBias, double Consistency, double Accuracy, double GradeDeviation)
{
    /// <summary>The calibration of judged pairs; at least one.</summary>
    public static JudgeCalibration Of(ImmutableArray<PreferencePair> pairs)
    {
        // The same text's grade in the first place less that in the second.
        double[] shifts =
        [
            .. pairs.SelectMany(pair => (double[])[pair.GoodFirst.Good - pair.BadFirst.Good, pair.BadFirst.Bad - pair.GoodFirst.Bad]),
        ];
        var bias = shifts.Average();
        var variance = shifts.Sum(shift => (shift - bias) * (shift - bias)) / Math.Max(1, shifts.Length - 1);

        // A shift is the difference of two grades.
        return new JudgeCalibration(
            pairs.Length,
            bias,
            (double)pairs.Count(pair => pair.IsConsistent) / pairs.Length,
            (double)pairs.Count(pair => pair.IsRight) / pairs.Length,
            Math.Sqrt(variance / 2));
    }

    /// <summary>
    /// The difference of two configurations' judged scores below which they are as good as each other: twice its standard error.
    /// </summary>
    /// <param name="judgements">How many grades each of the two scores is the mean of, from 1.</param>
    public double TieBand(int judgements) => 2 * GradeDeviation * Math.Sqrt(2.0 / judgements);

    /// <summary>In one sentence.</summary>
    public string Describe(string judge) => string.Create(
        CultureInfo.InvariantCulture,
        $"society: {judge}: of {Pairs} pairs the judge preferred the same in both orders in {Consistency:P0}, the better in {Accuracy:P0};"
        + $" a text gets {PositionBias:+0.00;-0.00} for standing first, and grades vary by {GradeDeviation:0.00}.");
}
