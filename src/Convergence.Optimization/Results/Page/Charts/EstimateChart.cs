using Convergence.Optimization.Runs;
using Convergence.Reporting;

namespace Convergence.Optimization.Results.Page.Charts;

/// <summary>The winner's score as it was when it was chosen, and as it is worth; the configuration in use beside it.</summary>
internal static class EstimateChart
{
    public static Chart Draw(OptimizationResult result)
    {
        var rows = new RowChart("What the winner is worth", "score (0 to 1)")
        {
            Rows = [.. Rows(result)],
            Range = (0, 1),
            Nothing = "no configuration could be scored",
        };
        return new Chart(
            "estimate", rows.Draw(),
            "The best of many noisy means is too good: its noise was part of why it was chosen. The corrected value allows for that: it is "
            + "estimated from all cases that the winner met, how hard each is for all configurations reckoned with. The line is its 95 % "
            + "interval. On held-out cases, by which the winner was chosen among the finalists, points are means as measured.");
    }

    private static IEnumerable<ChartRow> Rows(OptimizationResult result)
    {
        if (result.Best is not { Score: { } score })
        {
            yield break;
        }

        yield return new ChartRow("winner, when chosen", score) { Text = ResultText.Score(score), Remark = "flattered", IsFilled = false };
        if (result.Estimate is { } estimate)
        {
            yield return new ChartRow("winner, corrected", estimate.Value)
            {
                Lower = estimate.HasInterval ? estimate.Lower : double.NaN,
                Upper = estimate.HasInterval ? estimate.Upper : double.NaN,
                Text = ResultText.Score(estimate.Value),
                Remark = estimate.HasInterval ? "for its selection" : "one case: no interval",
            };
            if (estimate.HeldOutMean is { } mean)
            {
                yield return new ChartRow("winner", mean) { Text = ResultText.Score(mean), Remark = "on held-out cases" };
            }
        }

        if (ResultFindings.Baseline(result) is not { Score: { } inUse } baseline)
        {
            yield break;
        }

        yield return new ChartRow("configuration in use", inUse) { Text = ResultText.Score(inUse), Remark = "on the search's cases" };
        var heldOut = baseline.Cases.Where(call => call is { IsHeldOut: true, Score: not null }).Select(call => call.Score!.Value).ToList();
        if (heldOut.Count > 0)
        {
            yield return new ChartRow("configuration in use", heldOut.Average())
            {
                Text = ResultText.Score(heldOut.Average()),
                Remark = "on held-out cases",
            };
        }
    }
}
