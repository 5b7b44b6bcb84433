using System.Collections.Immutable;
using Convergence.Optimization.Results.Page.Charts;
using Convergence.Optimization.Runs;
using Convergence.Reporting;

namespace Convergence.Optimization.Results.Page;

/// <summary>The charts of a run, those that the configuration asks for (<c>output.visualizations</c>), in the order of the page.</summary>
internal static class ResultCharts
{
    public static ImmutableArray<Chart> Draw(OptimizationResult result, ReportSettings settings)
    {
        bool IsWanted(string name) => settings.Visualizations.Contains(name);
        Chart?[] charts =
        [
            IsWanted("score_over_time") ? ScoreChart.Draw(result) : null,
            EstimateChart.Draw(result),
            IsWanted("parameter_importance") ? ImportanceChart.Draw(result, settings) : null,
            IsWanted("cost_vs_quality") ? CostChart.Draw(result) : null,
            IsWanted("pareto_front") ? FrontChart.Draw(result, settings) : null,
            IsWanted("case_heat_map") ? CaseMap.Draw(result) : null,
        ];
        return [.. charts.OfType<Chart>()];
    }
}
