using Convergence.Tensors.Devices;

namespace Convergence.Merging.Diagnosis;

/// <summary>The tensors of a diagnosis, added up as reports show them.</summary>
public static class DiagnosisGroups
{
    /// <summary>Every layer in order, then what lies outside the layers, by kind.</summary>
    public static IReadOnlyList<(string Layer, TaskVectorSurvey Survey)> ByLayer(ModelDiagnosis diagnosis)
    {
        ArgumentNullException.ThrowIfNull(diagnosis);
        return
        [
            .. Layers(diagnosis).Select(layer => (layer, Total(diagnosis, tensor => tensor.Layer == layer))),
            .. diagnosis.Tensors.Where(tensor => tensor.Layer is null).Select(tensor => (tensor.Kind, tensor.Survey)),
        ];
    }

    /// <summary>The layers, in order.</summary>
    public static IReadOnlyList<string> Layers(ModelDiagnosis diagnosis)
    {
        ArgumentNullException.ThrowIfNull(diagnosis);
        return [.. diagnosis.Tensors.Where(tensor => tensor.Layer is not null)
            .Select(tensor => (tensor.Layer, Place: LayerName.Parse(tensor.Name)!.Value)).DistinctBy(tensor => tensor.Layer)
            .OrderBy(tensor => tensor.Place.Prefix, StringComparer.Ordinal)
            .ThenBy(tensor => tensor.Place.Layer)
            .Select(tensor => tensor.Layer!)];
    }

    /// <summary>The kinds of tensors within layers, as they are met in a forward pass.</summary>
    public static IReadOnlyList<string> Kinds(ModelDiagnosis diagnosis)
    {
        ArgumentNullException.ThrowIfNull(diagnosis);
        return [.. diagnosis.Tensors.Where(tensor => tensor.Layer is not null)
            .Select(tensor => tensor.Kind)
            .Distinct(StringComparer.Ordinal)
            .OrderBy(TensorPlace.Order)];
    }

    /// <summary>The tensors of one kind in one layer; <see langword="null"/> when there is none.</summary>
    public static TaskVectorSurvey? At(ModelDiagnosis diagnosis, string layer, string kind)
    {
        ArgumentNullException.ThrowIfNull(diagnosis);
        return diagnosis.Tensors.Any(tensor => tensor.Layer == layer && tensor.Kind == kind)
            ? Total(diagnosis, tensor => tensor.Layer == layer && tensor.Kind == kind)
            : null;
    }

    private static TaskVectorSurvey Total(ModelDiagnosis diagnosis, Func<TensorMeasure, bool> belongs) =>
        TensorMeasure.Total(diagnosis.Tensors.Where(belongs), diagnosis.Measured.Length - 1);
}
