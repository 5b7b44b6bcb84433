using System.Globalization;
using Convergence.Merging.Diagnosis;
using Convergence.Reporting;
using Convergence.Tensors;

namespace Convergence.Cli.Diagnosis;

/// <summary>A diagnosis as a page with plots by layer.</summary>
internal static class DiagnosisPage
{
    public static string Render(ModelDiagnosis diagnosis)
    {
        var page = new HtmlPage("Merge diagnosis")
            .Header("Merge diagnosis", DiagnosisText.Headline(diagnosis).TrimEnd('.'), diagnosis.Recommendation, Facts(diagnosis))
            .Table("Models", ["", "model", "type", "parameters", "stored as", "layers", "tokens"], diagnosis.Models.Select(model =>
                ModelRow(diagnosis, model)), numeric: [3, 5, 6])
            .Remarks("Findings", diagnosis.Findings.OrderByDescending(finding => finding.Level).Select(Remark));
        if (!diagnosis.Forecasts.IsEmpty)
        {
            page.Remarks("What each method will do", diagnosis.Forecasts.OrderBy(forecast => forecast.Outlook).Select(Remark));
        }

        var charts = DiagnosisCharts.Draw(diagnosis);
        if (!charts.IsEmpty)
        {
            page.Figures(charts);
            AddLayers(page, diagnosis);
        }

        return page.Render();
    }

    private static IEnumerable<(string Name, string Value)> Facts(ModelDiagnosis diagnosis)
    {
        yield return (
            "models",
            diagnosis.HasBase
                ? FormattableString.Invariant($"{diagnosis.Models.Length - 1} and their base")
                : diagnosis.Models.Length.ToString(CultureInfo.InvariantCulture));
        yield return ("tensors compared", diagnosis.Tensors.Length.ToString(CultureInfo.InvariantCulture));
        yield return ("elements each", DiagnosisText.Amount(diagnosis.Tensors.Sum(tensor => tensor.Shape.ElementCount)));
        yield return ("blocking", diagnosis.Count(FindingLevel.Blocks).ToString(CultureInfo.InvariantCulture));
        yield return ("warnings", diagnosis.Count(FindingLevel.Warning).ToString(CultureInfo.InvariantCulture));
    }

    private static string[] ModelRow(ModelDiagnosis diagnosis, ExaminedModel model)
    {
        var index = diagnosis.Measured.IndexOf(model.Name);
        return model.IsReadable
            ?
            [
                ModelLetters.Of(diagnosis, index), model.Name, model.ModelType ?? "–", DiagnosisText.Amount(model.ParameterCount),
                string.Join(", ", model.Types.Select(type => type.SafetensorsName())),
                model.LayerCount.ToString(CultureInfo.InvariantCulture),
                model.TokenCount?.ToString(CultureInfo.InvariantCulture) ?? "–",
            ]
            : ["–", model.Name, "cannot be opened", "", "", "", ""];
    }

    private static PageRemark Remark(Finding finding) =>
        new((int)finding.Level, DiagnosisText.Badge(finding.Level).ToLowerInvariant(), finding.Topic, finding.Text, finding.Cure);

    private static PageRemark Remark(MethodForecast forecast) => new(
        forecast.Outlook switch { MethodOutlook.Sensible => 0, MethodOutlook.Doubtful => 1, MethodOutlook.Degenerate => 2, _ => 3 },
        DiagnosisJson.NameOf(forecast.Outlook), forecast.Method, forecast.Reason);

    private static void AddLayers(HtmlPage page, ModelDiagnosis diagnosis)
    {
        var models = Enumerable.Range(1, diagnosis.HasBase ? diagnosis.Measured.Length - 1 : 0).ToList();
        var pairs = DiagnosisTables.Pairs(diagnosis).ToList();
        string[] columns =
        [
            "layer", .. models.Select(model => $"step of {ModelLetters.Of(diagnosis, model)}"),
            .. pairs.Select(pair => $"cosine {ModelLetters.Of(diagnosis, pair.First)}, {ModelLetters.Of(diagnosis, pair.Second)}"),
            .. (string[])(models.Count > 1 ? ["sign conflicts"] : []),
        ];
        var rows = DiagnosisGroups.ByLayer(diagnosis).Select(group =>
        {
            var geometry = new ModelGeometry(group.Survey);
            return (string[])
            [
                group.Layer, .. models.Select(model => Percent(geometry.NormRatio(model))),
                .. pairs.Select(pair =>
                    Cosine(diagnosis.HasBase ? geometry.CosineFrom(0, pair.First, pair.Second) : geometry.Cosine(pair.First, pair.Second))),
                .. (string[])(models.Count > 1 ? [Percent((double)group.Survey.Conflicts / group.Survey.ElementCount)] : []),
            ];
        });
        page.Table(
            diagnosis.HasBase ? "By layer: steps from the base and cosines between task vectors" : "By layer: cosines between weights",
            columns, rows, [.. Enumerable.Range(1, columns.Length - 1)]);
    }

    private static string Percent(double share) =>
        double.IsFinite(share) ? (share * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %" : "–";

    private static string Cosine(double value) => double.IsFinite(value) ? value.ToString("0.0000", CultureInfo.InvariantCulture) : "–";
}
