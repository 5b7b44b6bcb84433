using Convergence.EvoMerge.Results.Reports.Charts;
using Convergence.Reporting;

namespace Convergence.EvoMerge.Results.Reports;

/// <summary>How numbers are said in reports: invariant culture, as many digits as mean something, an en dash for a missing one.</summary>
public static class ReportFormat
{
    public const string Missing = ReadableText.Missing;

    public static string Fitness(double value) => Fixed(value, "0.0000");

    public static string Number(double value) => Fixed(value, "0.####");

    public static string Perplexity(double value) => Fixed(value, value < 100 ? "0.000" : "0.0");

    public static string Percent(double value) => ReadableText.Percent(value);

    /// <summary>
    /// With its sign: a gain. Near 0 it has two digits that mean something, so that a small difference does not read as none.
    /// </summary>
    public static string Gain(double value)
    {
        if (!double.IsFinite(value))
        {
            return Missing;
        }

        var percent = value * 100;
        var decimals = Math.Abs(percent) is > 0 and < 0.1 and var small ? Math.Min(9, 1 - (int)Math.Floor(Math.Log10(small))) : 1;
        var digits = new string('0', decimals);
        return Fixed(percent, $"+0.{digits};−0.{digits};0.0") + "\u00A0%";
    }

    public static string GainInterval(Comparison comparison) => $"[{Gain(comparison.Lower95)}, {Gain(comparison.Upper95)}]";

    public static string Score(TaskScore score) => TaskScoreChart.IsCost(score.Metric) ? Perplexity(score.Value) : Percent(score.Value);

    public static string ScoreInterval(TaskScore score) => TaskScoreChart.IsCost(score.Metric)
        ? $"[{Perplexity(score.Lower95)}, {Perplexity(score.Upper95)}]"
        : $"[{Percent(score.Lower95)}, {Percent(score.Upper95)}]";

    public static string Count(int value) => ReadableText.Count(value);

    /// <inheritdoc cref="ReadableText.Duration"/>
    public static string Duration(double seconds) => ReadableText.Duration(seconds);

    /// <summary>In MB below a gigabyte, in GB above; 1 MB is 10^6 bytes.</summary>
    public static string Bytes(long value) =>
        value < 1_000_000_000 ? Fixed(value * 1e-6, "0.0") + " MB" : Fixed(value * 1e-9, "0.0") + " GB";

    public static string Reason(StopReason reason) => reason switch
    {
        StopReason.Generations => "all generations done",
        StopReason.Converged => "converged",
        StopReason.Cancelled => "cancelled",
        StopReason.Budget => "budget spent",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "Unknown stop reason."),
    };

    /// <inheritdoc cref="ReadableText.Shorten"/>
    public static string Shorten(string text, int length) => ReadableText.Shorten(text, length);

    private static string Fixed(double value, string format) => ReadableText.Fixed(value, format);
}
