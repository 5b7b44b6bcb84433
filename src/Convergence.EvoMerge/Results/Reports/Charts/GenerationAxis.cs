using System.Collections.Immutable;
using Convergence.Reporting;

namespace Convergence.EvoMerge.Results.Reports.Charts;

/// <summary>The horizontal axis that the charts over time share. Generations are counted from 1 for readers.</summary>
internal static class GenerationAxis
{
    public const string Name = "generation";

    public static Axis For(ImmutableArray<GenerationRecord> history, ChartFrame frame) =>
        Axis.Exact(history[0].Summary.Generation + 1, history[^1].Summary.Generation + 1, frame.Left + 6, frame.Right - 6);
}
