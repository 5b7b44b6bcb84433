using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.Tensors;

namespace Convergence.Merging;

/// <summary>Derives the output's <c>config.json</c> from the donor's: its depth, its per-layer lists, its stored type.</summary>
internal static class OutputConfig
{
    private static readonly string[] PerLayerWords =
        ["layer", "block", "sliding_window", "head", "intermediate_size", "pattern", "rope", "sparsity", "multiplier"];
    private static readonly string[] TypeKeys = ["torch_dtype", "dtype"];

    /// <returns>The configuration, and what a person should know of it.</returns>
    public static (JsonObject Config, ImmutableArray<string> Notes) Build(
        ParentModels parents, ParentModel donor, MergeRecipe recipe,
        ImmutableArray<RecipeSlice> slices, ImmutableArray<MergeTask> tasks, TiedHead head)
    {
        var config = (JsonObject)donor.Config.DeepClone();
        ImmutableArray<string> notes = [];
        if (recipe.Slices.Length > 0)
        {
            notes = [.. ConfigSections.Of(config).ToList().SelectMany(section => LayerRules.Apply(section, parents, donor, slices))];
            SetDepth(config, parents, donor, slices);
        }

        SetStoredType(config, tasks);
        if (head.Flag is { } ties)
        {
            TiedHead.Say(config, ties);
        }

        return (config, notes);
    }

    private static void SetDepth(JsonObject config, ParentModels parents, ParentModel donor, ImmutableArray<RecipeSlice> slices)
    {
        var depth = slices.Sum(slice => slice.Sources[0].LayerCount);
        var keys = ModelDepth.Of(donor.Config) is { } known ? DepthKeys(config, known, donor) : [];
        foreach (var (section, key) in keys.Count > 0 ? keys : [(config, ModelDepth.Keys[0])])
        {
            section[key] = depth;
        }

        // Lists with one entry per layer, such as layer_types, follow the layers to their new places.
        var sections = ConfigSections.Of(config).ToList();
        foreach (var section in sections)
        {
            foreach (var (key, value) in section.Where(pair => NamesLayers(pair.Key)).ToList())
            {
                if (IsPerLayer(value, donor))
                {
                    section[key] = Renumber(key, (JsonArray)value!, parents, slices);
                }
                else if (IsListOfLayers(value, donor))
                {
                    section[key] = Relocate((JsonArray)value!, slices);
                }
            }

            // Predicting layers behind the last one were numbered from it; slices leave them out.
            if (section.ContainsKey(ModelDepth.ExtraKey))
            {
                section[ModelDepth.ExtraKey] = 0;
            }
        }
    }

    /// <summary>Every place that says the depth: some configurations repeat it under a second name or in a nested part.</summary>
    private static List<(JsonObject Section, string Key)> DepthKeys(JsonObject config, ModelDepth known, ParentModel donor) =>
    [
        .. from section in ConfigSections.Of(config)
           from key in ModelDepth.Keys
           where ConfigSections.WholeNumber(section[key]) is { } count && (count == known.LayerCount || count == donor.Layers.Count)
           select (section, key),
    ];

    private static JsonArray Renumber(string key, JsonArray ofDonor, ParentModels parents, ImmutableArray<RecipeSlice> slices)
    {
        var renumbered = new JsonArray();
        foreach (var source in slices.Select(slice => slice.Sources[0]))
        {
            var model = parents.Get(source.Model);
            var list = ConfigSections.With(model.Config, key).Select(section => section[key])
                .FirstOrDefault(value => IsPerLayer(value, model)) as JsonArray ?? ofDonor;
            for (var layer = source.FirstLayer; layer < source.EndLayer; layer++)
            {
                renumbered.Add(list[Math.Min(layer, list.Count - 1)]?.DeepClone());
            }
        }

        return renumbered;
    }

    // The new places of the layers that a list such as mlp_only_layers names.
    private static JsonArray Relocate(JsonArray layers, ImmutableArray<RecipeSlice> slices)
    {
        var named = layers.Select(layer => layer!.GetValue<long>()).ToHashSet();
        var sources = slices.SelectMany(slice => Enumerable.Range(slice.Sources[0].FirstLayer, slice.Sources[0].LayerCount));
        return new JsonArray([.. sources.Select((layer, place) => (layer, place))
            .Where(pair => named.Contains(pair.layer))
            .Select(pair => (JsonNode)pair.place)]);
    }

    private static bool IsListOfLayers(JsonNode? value, ParentModel model) =>
        value is JsonArray { Count: > 0 } list
        && list.Select(ConfigSections.WholeNumber).ToList() is var numbers
        && numbers.TrueForAll(number => number >= 0 && number < model.Layers.Count)
        && numbers.Zip(numbers.Skip(1)).All(pair => pair.First < pair.Second);

    private static bool IsPerLayer(JsonNode? value, ParentModel model) =>
        value is JsonArray list && list.Count == model.Layers.Count;

    // A list may be as long by chance: end tokens, for instance.
    private static bool NamesLayers(string key) => PerLayerWords.Any(word => key.Contains(word, StringComparison.Ordinal));

    private static void SetStoredType(JsonObject config, ImmutableArray<MergeTask> tasks)
    {
        var largest = tasks.Where(task => task.DType.IsComputable())
            .GroupBy(task => task.DType).MaxBy(group => group.Sum(task => task.ByteCount));
        if (largest is null)
        {
            return;
        }

        var places = ConfigSections.Of(config)
            .SelectMany(section => TypeKeys.Where(section.ContainsKey).Select(key => (section, key)))
            .ToList();
        foreach (var (section, key) in places.Count > 0 ? places : [(config, TypeKeys[0])])
        {
            section[key] = TypeNames.Name(largest.Key);
        }
    }
}
