using System.Globalization;
using Convergence.Merging.Diagnosis;
using Convergence.Reporting;

namespace Convergence.Cli.Diagnosis;

/// <summary>The share of elements that the models pull in opposite directions, by layer and kind of tensor.</summary>
internal static class ConflictMap
{
    public static Chart Draw(ModelDiagnosis diagnosis)
    {
        var layers = DiagnosisGroups.Layers(diagnosis);
        var kinds = DiagnosisGroups.Kinds(diagnosis);
        double ShareOf(int row, int column) =>
            DiagnosisGroups.At(diagnosis, layers[column], kinds[row]) is { ElementCount: > 0 } survey
                ? (double)survey.Conflicts / survey.ElementCount
                : double.NaN;

        string TooltipOf(int row, int column) =>
            $"layer {layers[column]}, {kinds[row]}: {(ShareOf(row, column) * 100).ToString("0.0", CultureInfo.InvariantCulture)} %";

        var map = new HeatMap(
            "Sign conflicts by layer and kind of tensor",
            [.. kinds],
            [.. Enumerable.Range(0, layers.Count).Select(layer => layer.ToString(CultureInfo.InvariantCulture))])
        {
            Share = ShareOf,
            Tooltip = TooltipOf,
            ColumnsName = "layer",
            ScaleName = "percent",
        };
        return new Chart(
            "sign-conflicts", map.Draw(),
            "Percent of the elements that at least one model moves up and another down. "
            + "Where it is high, plain sums cancel out and electing a sign (ties) has work to do.");
    }
}
