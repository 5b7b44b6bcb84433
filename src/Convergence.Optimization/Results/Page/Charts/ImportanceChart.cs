using Convergence.Optimization.Results.Importance;
using Convergence.Optimization.Runs;
using Convergence.Reporting;

namespace Convergence.Optimization.Results.Page.Charts;

/// <summary>How much of the differences between scores each parameter explains.</summary>
internal static class ImportanceChart
{
    private const int MostRows = 16;

    // Below this the forest foretells configurations that it has not seen hardly better than their mean.
    private const double LittleKnown = .2;

    public static Chart Draw(OptimizationResult result, ReportSettings settings)
    {
        var importance = ParameterImportance.Of(result.Configurations, settings.LogarithmicParameters);
        var rows = new RowChart("Parameter importance", "share of the variance of scores")
        {
            Rows = importance is null ? [] : [.. importance.Parameters.Take(MostRows).Select(Row), Rest(importance)],
            HasBars = true,
            Range = (0, 1),
            Nothing = $"this takes {ParameterImportance.LeastConfigurations} scored configurations that differ",
            TickLabel = ReadableText.Percent,
        };
        return new Chart("parameter-importance", rows.Draw(), Caption(importance));
    }

    private static ChartRow Row(ParameterShare parameter) => new(parameter.Name, parameter.Share)
    {
        Lower = parameter.Lower,
        Upper = parameter.Upper,
        Text = ReadableText.Percent(parameter.Share),
        Tooltip = parameter.Name,
    };

    private static ChartRow Rest(ParameterImportance importance) => new("combinations", importance.Interactions)
    {
        Text = ReadableText.Percent(importance.Interactions),
        Remark = "of parameters",
    };

    private static string Caption(ParameterImportance? importance)
    {
        const string Method = "Functional ANOVA over a random forest: how far the score varies over the whole space by each parameter "
            + "alone. Lines span the middle four fifths of the trees.";
        return importance switch
        {
            null => Method,
            { Explained: < LittleKnown } => $"{Method} The forest foretells configurations that it has not seen badly "
                + $"(it explains {ReadableText.Percent(Math.Max(0, importance.Explained))} of their variance): do not rely on this.",
            _ => $"{Method} Of configurations that it has not seen the forest explains {ReadableText.Percent(importance.Explained)} "
                + "of the variance.",
        };
    }
}
