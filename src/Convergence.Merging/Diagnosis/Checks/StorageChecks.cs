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
            var coded = Tensors(model).Where(tensor => !tensor.Tensor.DType.IsComputable() && tensor.Tensor.Shape.Rank >= 2).ToList();
            var bytes = coded.Sum(tensor => tensor.Tensor.ByteCount);
            if (model.Config["quantization_config"] is not null || bytes > Tensors(model).Sum(tensor => tensor.Tensor.ByteCount) / 20)
            {
                sound = false;
                var types = coded.Select(tensor => tensor.Tensor.DType.SafetensorsName()).Distinct().ToList();
                yield return new Finding(
                    FindingTopic.Storage, FindingLevel.Blocks,
                    $"{examination.NameOf(model)} is quantised{(types.Count > 0 ? $": {coded.Count} of its tensors hold {string.Join(", ", types)}, for example {coded[0].Name}" : ", says its config.json")}. "
                    + "Codes of a quantised model cannot be averaged.",
                    "Merge the checkpoint it was quantised from, and quantise the result.");
            }
        }

        var kinds = examination.Models.GroupBy(model => string.Join(", ", TypesOf(model).Select(type => type.SafetensorsName()))).ToList();
        if (kinds.Count > 1)
        {
            sound = false;
            yield return new Finding(
                FindingTopic.Storage, FindingLevel.Note,
                $"The models are stored in different types: {string.Join("; ", kinds.Select(kind => $"{kind.Key} ({examination.NamesOf(kind)})"))}. "
                + "They are read as they are, computed in float64 and rounded once; the result takes the type of the base or of the first model unless the recipe says otherwise.");
        }

        if (sound)
        {
            yield return new Finding(FindingTopic.Storage, FindingLevel.Ok, $"{kinds[0].Key}{(examination.Models.Length > 1 ? " in all models" : "")}.");
        }
    }

    /// <summary>The element types of a model, the one of most bytes first.</summary>
    public static IEnumerable<DType> TypesOf(ParentModel model) => Tensors(model)
        .GroupBy(tensor => tensor.Tensor.DType)
        .OrderByDescending(group => group.Sum(tensor => tensor.Tensor.ByteCount)).ThenBy(group => group.Key)
        .Select(group => group.Key);

    private static IEnumerable<(string Name, DeviceTensor Tensor)> Tensors(ParentModel model) =>
        model.Weights.Names.Select(name => (name, model.Find(name)!));
}
