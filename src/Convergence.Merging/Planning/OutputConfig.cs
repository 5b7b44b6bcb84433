using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.Tensors;

namespace Convergence.Merging;

/// <summary>Derives the output's <c>config.json</c> from the donor's: its depth, its per-layer lists, its stored type.</summary>
internal static class OutputConfig
{
    private static readonly string[] LayerCountKeys = ["num_hidden_layers", "n_layer", "n_layers", "num_layers"];
    private static readonly string[] TypeKeys = ["torch_dtype", "dtype"];

    public static JsonObject Build(
        ParentModels parents, ParentModel donor, MergeRecipe recipe, ImmutableArray<RecipeSlice> slices, ImmutableArray<MergeTask> tasks, TiedHead head)
    {
        var config = (JsonObject)donor.Config.DeepClone();
        if (recipe.Slices.Length > 0)
        {
            SetDepth(config, parents, donor, slices);
        }

        SetStoredType(config, tasks);
        if (head.Untie)
        {
            config[TiedHead.ConfigKey] = false;
        }

        return config;
    }

    private static void SetDepth(JsonObject config, ParentModels parents, ParentModel donor, ImmutableArray<RecipeSlice> slices)
    {
        var depth = slices.Sum(slice => slice.Sources[0].LayerCount);
        var keys = LayerCountKeys.Where(config.ContainsKey).ToList();
        foreach (var key in keys.Count > 0 ? keys : [LayerCountKeys[0]])
        {
            config[key] = depth;
        }

        // Lists with one entry per layer, such as layer_types, follow the layers to their new places.
        foreach (var key in config.Where(pair => NamesLayers(pair.Key) && IsPerLayer(pair.Value, donor)).Select(pair => pair.Key).ToList())
        {
            var renumbered = new JsonArray();
            foreach (var source in slices.Select(slice => slice.Sources[0]))
            {
                var model = parents.Get(source.Model);
                var list = (JsonArray)(IsPerLayer(model.Config[key], model) ? model.Config[key]! : donor.Config[key]!);
                for (var layer = source.FirstLayer; layer < source.EndLayer; layer++)
                {
                    renumbered.Add(list[Math.Min(layer, list.Count - 1)]?.DeepClone());
                }
            }

            config[key] = renumbered;
        }
    }

    private static bool IsPerLayer(JsonNode? value, ParentModel model) =>
        value is JsonArray list && list.Count == model.Layers.Count;

    // A list may be as long by chance: end tokens, for instance.
    private static bool NamesLayers(string key) =>
        key.Contains("layer", StringComparison.Ordinal) || key.Contains("block", StringComparison.Ordinal);

    private static void SetStoredType(JsonObject config, ImmutableArray<MergeTask> tasks)
    {
        var largest = tasks.Where(task => task.DType.IsComputable())
            .GroupBy(task => task.DType).MaxBy(group => group.Sum(task => task.ByteCount));
        if (largest is null)
        {
            return;
        }

        var keys = TypeKeys.Where(config.ContainsKey).ToList();
        foreach (var key in keys.Count > 0 ? keys : [TypeKeys[0]])
        {
            config[key] = TypeNames.Name(largest.Key);
        }
    }
}
