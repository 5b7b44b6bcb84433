using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Merging.Diagnosis;

/// <summary>Element types, and weights that are stored as something else than floats.</summary>
internal static class StorageChecks
{
    public static IEnumerable<Finding> Of(Examination examination)
    {
        var sound = true;
        foreach (var model in examination.Models)
        {
            if (RefusalOf(model) is { } refusal)
            {
                sound = false;
                yield return new Finding(FindingTopic.Storage, FindingLevel.Blocks, refusal);
            }
        }

        var kinds = examination.Models.Where(model => RefusalOf(model) is null)
            .GroupBy(model => string.Join(", ", TypesOf(model).Select(type => type.SafetensorsName())))
            .ToList();
        if (kinds.Count > 1)
        {
            sound = false;
            yield return new Finding(
                FindingTopic.Storage, FindingLevel.Note,
                "The models are stored "
                + $"in different types: {string.Join("; ", kinds.Select(kind => $"{kind.Key} ({examination.NamesOf(kind)})"))}. "
                + "They are read as they are, computed in float64 and rounded once; "
                + "the result takes the type of the base or of the first model unless the recipe says otherwise.");
        }

        if (sound)
        {
            yield return new Finding(
                FindingTopic.Storage, FindingLevel.Ok, $"{kinds[0].Key}{(examination.Models.Length > 1 ? " in all models" : "")}.");
        }
    }

    /// <summary>Why a model's numbers cannot be computed with; <see langword="null"/> when they can.</summary>
    public static string? RefusalOf(ParentModel model)
    {
        try
        {
            QuantisedModels.Refuse(model);
            return null;
        }
        catch (MergeException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>The element types of a model, the one of most bytes first.</summary>
    public static IEnumerable<DType> TypesOf(ParentModel model) => Tensors(model)
        .GroupBy(tensor => tensor.DType)
        .OrderByDescending(group => group.Sum(tensor => tensor.ByteCount)).ThenBy(group => group.Key)
        .Select(group => group.Key);

    private static IEnumerable<DeviceTensor> Tensors(ParentModel model) => model.Weights.Names.Select(name => model.Find(name)!);
}
