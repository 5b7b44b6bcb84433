using Convergence.Optimization.Runs;
using Convergence.Reporting;

namespace Convergence.Optimization.Results.Page.Charts;

/// <summary>Scores against what a thousand calls cost; against latency where no prices are known.</summary>
internal static class CostChart
{
    private const string Missing = "neither costs nor latencies are known";

    public static Chart Draw(OptimizationResult result)
    {
        var measured = result.Configurations.Where(outcome => outcome is { IsPruned: false, Score: not null }).ToList();
        var hasPrices = measured.Any(outcome => MeanCost(outcome) > 0);
        double Spent(ConfigurationOutcome outcome) => hasPrices ? MeanCost(outcome) * 1000 : MeanLatency(outcome);
        ScatterPoint Point(ConfigurationOutcome outcome) => new(Spent(outcome), outcome.Score!.Value, PointText.Of(outcome));
        ScatterPoint[] winner = [.. measured.Where(outcome => outcome.Id == result.Best?.Id).Select(Point)];
        ScatterPoint[] baseline = [.. measured.Where(outcome => outcome.Id == ResultFindings.Baseline(result)?.Id).Select(Point)];
        var chart = new ScatterChart(
            hasPrices ? "Cost against quality" : "Latency against quality",
            hasPrices ? "US dollars for a thousand calls" : "mean latency (ms)",
            "score (0 to 1)")
        {
            IsHorizontalPositive = true,
            Series =
            [
                new("configurations", MarkerShape.Circle, 4, [.. measured.Select(Point)]) { Radius = 3.5 },
                new("configuration in use", MarkerShape.Square, 1, baseline) { Radius = 6 },
                new("winner", MarkerShape.Diamond, 5, winner) { Radius = 6 },
            ],
            Line = [.. BestFor(measured.Select(outcome => (Spent(outcome), outcome.Score!.Value)))],
            LineName = hasPrices ? "best for the money" : "best for the time",
            Nothing = Missing,
        };
        return new Chart(
            "cost-vs-quality", chart.Draw(),
            (hasPrices
                ? "Means over the calls of a configuration. "
                : "Calls cost nothing here, or no price is known: time stands for money. ")
            + "Where the line is flat, more buys nothing.");
    }

    private static double MeanCost(ConfigurationOutcome outcome) =>
        outcome.Cases.Where(call => call.CostUsd is not null).Select(call => call.CostUsd!.Value).DefaultIfEmpty(double.NaN).Average();

    private static double MeanLatency(ConfigurationOutcome outcome) =>
        outcome.Cases.Where(call => call.IsSuccess).Select(call => call.LatencyMilliseconds).DefaultIfEmpty(double.NaN).Average();

    private static IEnumerable<(double X, double Y)> BestFor(IEnumerable<(double Spent, double Score)> points)
    {
        var best = double.NaN;
        foreach (var (spent, score) in points.Where(point => double.IsFinite(point.Spent)).OrderBy(point => point.Spent))
        {
            if (!(score <= best))
            {
                if (!double.IsNaN(best))
                {
                    yield return (spent, best);
                }

                best = score;
                yield return (spent, best);
            }
        }
    }
}
