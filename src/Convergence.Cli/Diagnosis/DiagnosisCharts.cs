using System.Collections.Immutable;
using Convergence.Merging.Diagnosis;
using Convergence.Reporting;

namespace Convergence.Cli.Diagnosis;

/// <summary>The plots of a diagnosis.</summary>
internal static class DiagnosisCharts
{
    private const int MaxSeries = 8;

    public static ImmutableArray<Chart> Draw(ModelDiagnosis diagnosis)
    {
        var layers = DiagnosisGroups.Layers(diagnosis);
        if (diagnosis.Measured.Length < 2 || layers.Count == 0)
        {
            return [];
        }

        var charts = ImmutableArray.CreateBuilder<Chart>();
        if (diagnosis.HasBase)
        {
            charts.Add(Steps(diagnosis));
        }

        if (!diagnosis.HasBase || diagnosis.Measured.Length > 2)
        {
            charts.Add(Cosines(diagnosis));
            charts.Add(CosinesByKind(diagnosis));
        }

        if (diagnosis.HasBase && diagnosis.Measured.Length > 2)
        {
            charts.Add(ConflictMap.Draw(diagnosis));
        }

        if (diagnosis.HasBase)
        {
            charts.Add(TrimChart.Draw(diagnosis));
        }

        return charts.ToImmutable();
    }

    private static Chart Steps(ModelDiagnosis diagnosis)
    {
        var layers = LayerSurveys(diagnosis);
        var series = Enumerable.Range(1, diagnosis.Measured.Length - 1).Take(MaxSeries).Select(model => new LayerSeries(
            $"{ModelLetters.Of(diagnosis, model)} {diagnosis.ShortNames[model]}",
            [.. layers.Select(geometry => geometry.NormRatio(model))]));
        return LayerChart.Draw(
            "steps", "Steps from the base by layer", "share of the base's length", [.. series],
            "Length of the task vector over that of the base's weights, in each layer. Layers that moved most hold what the model learnt.");
    }

    private static Chart Cosines(ModelDiagnosis diagnosis)
    {
        var layers = LayerSurveys(diagnosis);
        var series = DiagnosisTables.Pairs(diagnosis).Take(MaxSeries).Select(pair => new LayerSeries(
            $"{ModelLetters.Of(diagnosis, pair.First)}, {ModelLetters.Of(diagnosis, pair.Second)}",
            [.. layers.Select(geometry => Cosine(diagnosis, geometry, pair))]));
        return LayerChart.Draw(
            "cosines", diagnosis.HasBase ? "Agreement of task vectors by layer" : "Agreement of weights by layer", "cosine", [.. series],
            diagnosis.HasBase
                ? "Cosine between the models' task vectors. Near 0 they learnt different things and merge well; "
                    + "towards 1 they learnt the same; below 0 they undo each other."
                : "Cosine between the models' weights: near 1 for relatives, near 0 for strangers.");
    }

    private static Chart CosinesByKind(ModelDiagnosis diagnosis)
    {
        var layers = DiagnosisGroups.Layers(diagnosis);
        var pairs = DiagnosisTables.Pairs(diagnosis).ToList();
        var series = DiagnosisGroups.Kinds(diagnosis).Take(MaxSeries).Select(kind => new LayerSeries(kind, [.. layers.Select(layer =>
            DiagnosisGroups.At(diagnosis, layer, kind) is { } survey
                ? pairs.Select(pair => Cosine(diagnosis, new ModelGeometry(survey), pair)).Where(double.IsFinite).DefaultIfEmpty(double.NaN)
                    .Average()
                : double.NaN)]));
        return LayerChart.Draw(
            "cosines-by-kind", "Agreement by layer and kind of tensor", "mean cosine over pairs", [.. series],
            "The same by kind of tensor, as the mean over all pairs of models.");
    }

    private static double Cosine(ModelDiagnosis diagnosis, ModelGeometry geometry, (int First, int Second) pair) =>
        diagnosis.HasBase ? geometry.CosineFrom(0, pair.First, pair.Second) : geometry.Cosine(pair.First, pair.Second);

    private static List<ModelGeometry> LayerSurveys(ModelDiagnosis diagnosis)
    {
        var count = DiagnosisGroups.Layers(diagnosis).Count;
        return [.. DiagnosisGroups.ByLayer(diagnosis).Take(count).Select(group => new ModelGeometry(group.Survey))];
    }
}
