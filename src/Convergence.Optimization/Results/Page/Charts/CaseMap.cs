using System.Globalization;
using Convergence.Optimization.Runs;
using Convergence.Reporting;

namespace Convergence.Optimization.Results.Page.Charts;

/// <summary>The best configurations by test cases: which cases are hard, and which tell configurations apart.</summary>
internal static class CaseMap
{
    private const int MostRows = 18;
    private const int MostColumns = 400;

    /// <returns><see langword="null"/> where nothing was scored.</returns>
    public static Chart? Draw(OptimizationResult result)
    {
        var shown = Shown(result);
        var cases = shown.SelectMany(outcome => outcome.Cases).Where(call => !call.IsHeldOut).Select(call => call.TestCaseId)
            .Distinct(StringComparer.Ordinal).Take(MostColumns).ToList();
        if (shown.Count == 0 || cases.Count == 0)
        {
            return null;
        }

        var calls = shown.Select(outcome => outcome.Cases.Where(call => !call.IsHeldOut)
            .ToLookup(call => call.TestCaseId, StringComparer.Ordinal)).ToList();
        double ShareOf(int row, int column) =>
            calls[row][cases[column]].Select(call => call.Score).OfType<double>().DefaultIfEmpty(double.NaN).Average();

        var map = new HeatMap("Scores by test case", [.. shown.Select(outcome => NameOf(outcome, result))], cases)
        {
            Share = ShareOf,
            Tooltip = (row, column) => $"{cases[column]}: {ResultText.Score(ShareOf(row, column))}, {PointText.Of(shown[row])}",
            ColumnsName = "test case",
            ScaleName = "percent",
        };
        return new Chart(
            "case-heat-map", map.Draw(),
            "The best configurations first, the one in use last; a gap is a case that was not called or not scored. A column that is dark "
            + "throughout tells nothing apart; one that is light throughout nobody solves, or its expectation is wrong.");
    }

    private static List<ConfigurationOutcome> Shown(OptimizationResult result)
    {
        var baseline = ResultFindings.Baseline(result);
        var best = result.Configurations.Where(outcome => outcome is { Score: not null, IsPruned: false } && outcome != baseline)
            .OrderByDescending(outcome => outcome.Id == result.Best?.Id).ThenByDescending(outcome => outcome.Score).Take(MostRows);
        return [.. best, .. baseline is { Score: not null } ? [baseline] : Array.Empty<ConfigurationOutcome>()];
    }

    private static string NameOf(ConfigurationOutcome outcome, OptimizationResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(outcome.Id == result.Best?.Id ? "winner " : outcome.Origin == "baseline" ? "in use " : "")}#{outcome.Id + 1}");
}
