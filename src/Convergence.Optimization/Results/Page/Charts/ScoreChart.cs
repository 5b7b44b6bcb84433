using Convergence.Optimization.Runs;
using Convergence.Reporting;

namespace Convergence.Optimization.Results.Page.Charts;

/// <summary>Every configuration's score in the order of asking, and the best so far.</summary>
internal static class ScoreChart
{
    public static Chart Draw(OptimizationResult result)
    {
        var scored = result.Configurations.Where(outcome => outcome.Score is not null).ToList();
        var baseline = ResultFindings.Baseline(result)?.Score;
        var chart = new ScatterChart("Score over time", "configurations asked for", "score (0 to 1)")
        {
            IsHorizontalWhole = true,
            Series =
            [
                new("all cases", MarkerShape.Circle, 4, [.. scored.Where(outcome => !outcome.IsPruned).Select(Point)]) { Radius = 3.5 },
                new("given up early", MarkerShape.Ring, 6, [.. scored.Where(outcome => outcome.IsPruned).Select(Point)]) { Radius = 3 },
            ],
            Line = [.. BestSoFar(result)],
            LineName = "best so far",
            Limit = baseline is { } score ? (score, "baseline") : null,
            Nothing = "no configuration could be scored",
        };
        return new Chart(
            "score-over-time", chart.Draw(),
            "The mean over the search's cases. Configurations that were given up early were called on some of the cases only; "
            + "they never become the best.");
    }

    private static ScatterPoint Point(ConfigurationOutcome outcome) => new(outcome.Id + 1, outcome.Score!.Value, PointText.Of(outcome));

    private static IEnumerable<(double X, double Y)> BestSoFar(OptimizationResult result)
    {
        var best = double.NaN;
        foreach (var outcome in result.Configurations)
        {
            if (outcome is { IsPruned: false, Score: { } score } && !(score <= best))
            {
                // A step: the old best holds until the new one is there.
                if (!double.IsNaN(best))
                {
                    yield return (outcome.Id + 1, best);
                }

                best = score;
                yield return (outcome.Id + 1, best);
            }
        }

        if (!double.IsNaN(best))
        {
            yield return (result.Configurations.Max(outcome => outcome.Id) + 1, best);
        }
    }
}
