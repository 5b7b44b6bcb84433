using System.Globalization;
using Convergence.Reporting;

namespace Convergence.EvoMerge.Results.Reports.Charts;

/// <summary>The champion's relative gain over each of the others, with its 95 % interval against the line of no difference.</summary>
internal static class GainChart
{
    public static Chart Draw(TestResults test)
    {
        const string Caption = "Relative gain of the champion's fitness over each other model on the same examples. "
            + "An interval that crosses the dotted line means: not significantly better.";
        var rows = new RowChart("Champion against the others", "relative gain in fitness")
        {
            Rows = [.. test.Comparisons.Select(Row)],
            Nothing = "there is nothing to compare with",
            Limit = 0,
            Series = 5,
            TickLabel = tick => string.Create(CultureInfo.InvariantCulture, $"{tick * 100:+0.##;-0.##;0}\u00A0%"),
        };
        return new Chart("gains", rows.Draw(), Caption);
    }

    private static ChartRow Row(Comparison comparison) => new(comparison.Against, comparison.RelativeGain)
    {
        Lower = comparison.Lower95,
        Upper = comparison.Upper95,
        Text = ReportFormat.Gain(comparison.RelativeGain),
        Remark = Verdict.InAWord(comparison),
        Tooltip = Verdict.Sentence(comparison),
        IsFilled = comparison.IsSignificant,
    };
}
