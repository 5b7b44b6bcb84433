using System.Collections.Immutable;
using Convergence.Optimization.Runs;
using Convergence.Reporting;

namespace Convergence.Optimization.Results.Page.Charts;

/// <summary>
/// The two weightiest metrics that differ between configurations, against each other, with those that no other beats in both.
/// </summary>
internal static class FrontChart
{
    /// <returns><see langword="null"/> where fewer than two metrics differ.</returns>
    public static Chart? Draw(OptimizationResult result, ReportSettings settings)
    {
        var measured = result.Configurations.Where(outcome => outcome is { IsPruned: false, Score: not null }).ToList();
        var metrics = settings.Metrics.OrderByDescending(metric => metric.Weight).Select(metric => metric.Name)
            .Where(name => Values(measured, name).Distinct().Count() > 1).Take(2).ToList();
        if (metrics.Count < 2)
        {
            return null;
        }

        var (up, right) = (metrics[0], metrics[1]);
        var shown = measured.Where(outcome => outcome.Metrics.ContainsKey(up) && outcome.Metrics.ContainsKey(right)).ToList();
        var front = FrontOf(shown, right, up);
        ScatterPoint Point(ConfigurationOutcome outcome) => new(outcome.Metrics[right], outcome.Metrics[up], PointText.Of(outcome));
        var chart = new ScatterChart("Pareto front", $"{right} (higher is better)", up)
        {
            Series =
            [
                new("beaten in both", MarkerShape.Ring, 6, [.. shown.Except(front).Select(Point)]) { Radius = 3 },
                new("beaten by none", MarkerShape.Circle, 2, [.. front.Select(Point)]),
                new("winner by weights", MarkerShape.Diamond, 5, [.. shown.Where(outcome => outcome.Id == result.Best?.Id).Select(Point)])
                {
                    Radius = 6,
                },
            ],
            Line = [.. Steps(front.Select(outcome => (outcome.Metrics[right], outcome.Metrics[up])))],
            LineName = "front",
        };
        return new Chart(
            "pareto-front", chart.Draw(),
            $"What more of {right} takes of {up}. Right and up are better; below and left of the line somebody does better in both. "
            + "Weights pick one point of the line; the sliders below pick others.");
    }

    private static IEnumerable<double> Values(IEnumerable<ConfigurationOutcome> outcomes, string metric) =>
        outcomes.Where(outcome => outcome.Metrics.ContainsKey(metric)).Select(outcome => outcome.Metrics[metric]);

    // From the right: whoever is higher than all further right is beaten by none.
    private static ImmutableArray<ConfigurationOutcome> FrontOf(IEnumerable<ConfigurationOutcome> shown, string right, string up)
    {
        var front = ImmutableArray.CreateBuilder<ConfigurationOutcome>();
        foreach (var outcome in shown.OrderByDescending(outcome => outcome.Metrics[right]).ThenByDescending(outcome => outcome.Metrics[up]))
        {
            if (front.Count == 0 || outcome.Metrics[up] > front[^1].Metrics[up])
            {
                front.Add(outcome);
            }
        }

        front.Reverse();
        return front.ToImmutable();
    }

    private static IEnumerable<(double X, double Y)> Steps(IEnumerable<(double X, double Y)> corners)
    {
        (double X, double Y)? last = null;
        foreach (var corner in corners)
        {
            if (last is { } from)
            {
                yield return (from.X, corner.Y);
            }

            yield return corner;
            last = corner;
        }
    }
}
