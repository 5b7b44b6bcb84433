using System.Collections.Immutable;

namespace Convergence.Merging.Diagnosis;

/// <summary>Says in a few sentences what to do.</summary>
internal static class Recommendations
{
    public static ImmutableArray<string> Of(ImmutableArray<MethodForecast> forecasts, IReadOnlyCollection<Finding> findings, int modelCount)
    {
        var blockers = findings.Count(finding => finding.Level == FindingLevel.Blocks);
        if (blockers > 0)
        {
            return [blockers == 1
                ? "Do not merge these as they are; mend what blocks it first."
                : FormattableString.Invariant($"Do not merge these as they are; {blockers} things block it.")];
        }

        if (modelCount < 2)
        {
            return ["The model can be used for merging."];
        }

        var sentences = ImmutableArray.CreateBuilder<string>();
        sentences.Add(forecasts.Any(forecast => forecast.Outlook == MethodOutlook.Sensible)
            ? $"Sensible here: {Names(forecasts, MethodOutlook.Sensible)}."
            : "No method is sensible here.");
        if (forecasts.Any(forecast => forecast.Outlook == MethodOutlook.Degenerate))
        {
            sentences.Add($"Not worth trying: {Names(forecasts, MethodOutlook.Degenerate)}.");
        }

        if (findings.Any(finding => finding.Level == FindingLevel.Warning))
        {
            sentences.Add("Look at the warnings first.");
        }

        return sentences.ToImmutable();
    }

    private static string Names(ImmutableArray<MethodForecast> forecasts, MethodOutlook outlook) =>
        string.Join(", ", forecasts.Where(forecast => forecast.Outlook == outlook).Select(forecast => forecast.Method));
}
