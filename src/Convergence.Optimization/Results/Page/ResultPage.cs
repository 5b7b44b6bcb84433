using System.Collections.Immutable;
using System.Globalization;
using Convergence.Optimization.Results.Files;
using Convergence.Optimization.Runs;
using Convergence.Reporting;

namespace Convergence.Optimization.Results.Page;

/// <summary>
/// <c>report.html</c>: one file with its styles and pictures inside. It loads nothing; its one script ranks configurations by the
/// reader's own weights, and without scripts the page lacks that alone.
/// </summary>
internal static class ResultPage
{
    private const int MostRanked = 100;
    private const int LongestText = 160;

    public static string Render(OptimizationResult result, ReportSettings settings)
    {
        var page = new HtmlPage($"{result.ApiName} – optimization report")
            .Header("Optimization report", result.ApiName, ResultFindings.Of(result), Facts(result, settings));
        page.Text("The best configuration", ReadableJson.Of(result.BestParameters), open: true)
            .Figures(ResultCharts.Draw(result, settings));
        AddRanking(page, result, settings);
        AddCases(page, result, settings);
        AddOrigins(page, result);
        AddFailures(page, result);
        return page.List("Notes", result.Notes).Render();
    }

    // The verdict is the first sentence of the page.
    private static IEnumerable<(string Name, string Value)> Facts(OptimizationResult result, ReportSettings settings) =>
        ResultFindings.Facts(result).Where(fact => fact.Name != ResultFindings.Verdict)
            .Append(("configuration file", settings.Source)).Append(("API", settings.Endpoint));

    private static void AddRanking(HtmlPage page, OptimizationResult result, ReportSettings settings)
    {
        var ranked = result.Configurations.Where(outcome => outcome is { Score: not null, IsPruned: false })
            .OrderByDescending(outcome => outcome.Score).Take(MostRanked).ToList();
        if (ranked.Count > 0 && !settings.Metrics.IsEmpty)
        {
            page.Ranking(
                "What other weights would choose",
                "Move a slider to give a metric another weight: the configurations are ranked again from what was measured, without a "
                + "call. Scores here are where configurations were chosen, uncorrected.",
                new Ranking(
                    [.. settings.Metrics.Select(metric => (metric.Name, metric.Weight))],
                    ["configuration", "cases", ""],
                    [.. ranked.Select(outcome => new RankingRow(
                        [.. settings.Metrics.Select(metric => outcome.Metrics.GetValueOrDefault(metric.Name, double.NaN))],
                        [
                            ReadableText.Shorten(ResultText.Parameters(outcome), LongestText), CaseCount(outcome),
                            RoleOf(outcome, result),
                        ]))]));
        }
    }

    private static string CaseCount(ConfigurationOutcome outcome)
    {
        var scored = outcome.Cases.Where(call => call is { IsHeldOut: false, Score: not null }).Select(call => call.TestCaseId);
        return scored.Distinct(StringComparer.Ordinal).Count().ToString(CultureInfo.InvariantCulture);
    }

    private static string RoleOf(ConfigurationOutcome outcome, OptimizationResult result) =>
        outcome.Id == result.Best?.Id ? "winner" : outcome.Origin == "baseline" ? "in use" : "";

    private static void AddCases(HtmlPage page, OptimizationResult result, ReportSettings settings)
    {
        if (result.Best is not { Cases.IsEmpty: false } best)
        {
            return;
        }

        string[] metrics = [.. settings.Metrics.Select(metric => metric.Name)];
        page.Table(
            "The winner's calls",
            ["test case", "score", .. metrics, "latency", "cost", "answer"],
            best.Cases.Select(call => (string[])
            [
                call.TestCaseId + (call.IsHeldOut ? " (held out)" : ""),
                ResultText.Score(call.Score),
                .. metrics.Select(metric => ReadableText.Fixed(call.Metrics.GetValueOrDefault(metric, double.NaN), "0.000")),
                ResultText.Milliseconds(call.LatencyMilliseconds),
                call.CostUsd is { } cost and >= 0 and < 1e9 ? ResultText.Dollars((decimal)cost) : ReadableText.Missing,
                ReadableText.Shorten(call.Error is { } error ? $"failed: {error}" : AnswerOf(call, settings), LongestText),
            ]),
            [.. Enumerable.Range(1, metrics.Length + 3)]);
    }

    private static string AnswerOf(CaseOutcome call, ReportSettings settings) =>
        settings.SavesAllExperiments ? call.ResponseText : "not kept";

    private static void AddOrigins(HtmlPage page, OptimizationResult result) => page.Table(
        "Who proposed what",
        ["proposed by", "configurations", "best score", "mean score", "given up early", "without a score"],
        result.Configurations.GroupBy(outcome => outcome.Origin, StringComparer.Ordinal)
            .OrderByDescending(BestOf).ThenBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => (string[])
            [
                group.Key,
                ReadableText.Count(group.Count()),
                ResultText.Score(BestOf(group)),
                ResultText.Score(group.Average(outcome => outcome.Score)),
                ReadableText.Count(group.Count(outcome => outcome.IsPruned)),
                ReadableText.Count(group.Count(outcome => outcome.Score is null)),
            ]),
        numeric: [1, 2, 3, 4, 5]);

    private static void AddFailures(HtmlPage page, OptimizationResult result)
    {
        var failures = ResultFindings.FailuresOf(result);
        if (!failures.IsEmpty)
        {
            page.Table(
                "Why configurations have no score", ["configurations", "reason"],
                failures.Select(failure => (string[])[ReadableText.Count(failure.Count), failure.Reason]), numeric: [0]);
        }
    }

    // On all cases: what was given up early was scored on too few to be compared.
    private static double? BestOf(IEnumerable<ConfigurationOutcome> outcomes) =>
        outcomes.Where(outcome => !outcome.IsPruned).Max(outcome => outcome.Score);
}
