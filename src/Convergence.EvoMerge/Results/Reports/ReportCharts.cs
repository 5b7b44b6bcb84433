using System.Collections.Immutable;
using Convergence.EvoMerge.Results.Reports.Charts;
using Convergence.Reporting;

namespace Convergence.EvoMerge.Results.Reports;

/// <summary>The charts of a run, in the order of the report.</summary>
internal static class ReportCharts
{
    public static ImmutableArray<Chart> Draw(RunSummary summary) =>
    [
        GainChart.Draw(summary.Test),
        TaskScoreChart.Draw(summary.Test),
        FitnessChart.Draw(summary.History),
        DiversityChart.Draw(summary.History, summary.MinDiversity),
        TechniqueChart.Draw(summary.Techniques, summary.History),
    ];
}
