using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Convergence.Merging;

/// <summary>
/// Contradictions within one model, between its configuration and its tensors or within the configuration: such a model does not load,
/// or loads and talks nonsense, and so would its merges.
/// </summary>
internal static class ConfigChecks
{
    // Extents that every architecture that has the key gives as a whole number, or as a list with one per layer.
    private static readonly string[] NumberKeys =
    [
        "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "head_dim",
        "max_position_embeddings", "n_embd", "n_layer", "n_head", "n_positions", "d_model",
    ];

    // Models that use one stored layer several times, or embed in another width, say so under keys with these words.
    private static readonly string[] SharedLayerWords = ["hidden_groups", "shared_layer", "recurrence"];
    private static readonly string[] OtherWidthWords = ["embedding_size", "embed_dim", "embed_proj_dim", "embedding_dim"];

    /// <summary>Refuses a model that cannot be merged with anything, and returns what is worth knowing of another.</summary>
    /// <exception cref="MergeException">It is quantised, or its configuration cannot be that of its tensors.</exception>
    public static ImmutableArray<string> CheckAlone(ParentModel model)
    {
        QuantisedModels.Refuse(model);
        RefuseContradictions(model);
        return Warnings(model);
    }

    private static void RefuseContradictions(ParentModel model)
    {
        foreach (var section in model.Sections)
        {
            RefuseWrongTypes(model, section);
            RefuseUnevenHeads(model, section);
        }

        RefuseWrongDepth(model);
        RefuseWrongEmbedding(model);
    }

    // What does not prevent loading.
    private static ImmutableArray<string> Warnings(ParentModel model) =>
        FindEmbedding(model) is { } embedding && ConfigSections.WholeNumber(model.Setting("vocab_size")) is { } vocabulary
        && embedding.Rows > vocabulary
            ? [string.Create(
                CultureInfo.InvariantCulture,
                $"{model.Name}: {embedding.Name} has {embedding.Rows} rows where config.json says vocab_size {vocabulary}; "
                + $"all rows are merged, the additional ones stand for no token.")]
            : [];

    private static void RefuseWrongTypes(ParentModel model, JsonObject section)
    {
        foreach (var key in NumberKeys)
        {
            if (section[key] is { } value
                && !IsExtent(value)
                && !(value is JsonArray list && list.All(item => item is not null && IsExtent(item))))
            {
                throw new MergeException(
                    $"{model.Name}: config.json says {key} {value.ToJsonString()}, which is not a positive whole number. "
                    + "Correct it, or download it again.");
            }
        }
    }

    private static bool IsExtent(JsonNode value) => ConfigSections.WholeNumber(value) is > 0;

    private static void RefuseUnevenHeads(ParentModel model, JsonObject section)
    {
        if (Number(section, "num_attention_heads") is not { } heads)
        {
            return;
        }

        if (Number(section, "num_key_value_heads") is { } groups && heads % groups != 0)
        {
            throw new MergeException(string.Create(
                CultureInfo.InvariantCulture,
                $"{model.Name}: config.json says num_attention_heads {heads} and num_key_value_heads {groups}, "
                + $"but the second does not divide the first. Correct it, or download it again."));
        }

        if (Number(section, "hidden_size") is { } width
            && width % heads != 0
            && !section.Any(pair => pair.Key.Contains("head_dim", StringComparison.Ordinal) && pair.Value is not null))
        {
            throw new MergeException(string.Create(
                CultureInfo.InvariantCulture,
                $"{model.Name}: config.json says hidden_size {width} and num_attention_heads {heads}, "
                + $"which does not divide it, and no head_dim. Correct it, or download it again."));
        }
    }

    private static void RefuseWrongDepth(ParentModel model)
    {
        if (ModelDepth.Of(model.Config) is not { IsEncoderDecoder: false } depth || model.Layers.Prefixes.Length == 0
            || HasKeyLike(model, SharedLayerWords))
        {
            return;
        }

        if (!model.Layers.HasMain || !depth.Allows(model.Layers.Count))
        {
            var stacks = string.Join(", ", model.Layers.Prefixes.Zip(
                model.Layers.Counts, (prefix, count) => string.Create(CultureInfo.InvariantCulture, $"{count} under {prefix}")));
            throw new MergeException(string.Create(
                CultureInfo.InvariantCulture,
                $"{model.Name}: config.json says {depth.Key} {depth.LayerCount}, but the tensors show other numbers of layers ({stacks}). "
                + $"The checkpoint is incomplete, or config.json is of another model: download both again."));
        }

        var found = model.Weights.Names.Select(name => model.Layers.ParseMain(name)?.Layer).OfType<int>().ToHashSet();
        if (Enumerable.Range(0, model.Layers.Count).Where(layer => !found.Contains(layer)).Select(layer => (int?)layer)
            .FirstOrDefault() is { } missing)
        {
            throw new MergeException(string.Create(
                CultureInfo.InvariantCulture,
                $"{model.Name}: layer {missing} of {model.Layers.Count} ({model.Layers.Prefix}{missing}) has no tensors. "
                + $"The checkpoint is incomplete: download it again."));
        }
    }

    private static void RefuseWrongEmbedding(ParentModel model)
    {
        if (FindEmbedding(model) is not { } embedding)
        {
            return;
        }

        if (ConfigSections.WholeNumber(model.Setting("vocab_size")) is { } vocabulary && embedding.Rows < vocabulary)
        {
            throw new MergeException(string.Create(
                CultureInfo.InvariantCulture,
                $"{model.Name}: config.json says vocab_size {vocabulary}, but {embedding.Name} has {embedding.Rows} rows: "
                + $"tokens beyond them have no embedding. Correct vocab_size, or download the checkpoint again."));
        }

        if (ConfigSections.WholeNumber(model.Setting("hidden_size")) is { } width && embedding.Columns != width
            && !HasKeyLike(model, OtherWidthWords))
        {
            throw new MergeException(string.Create(
                CultureInfo.InvariantCulture,
                $"{model.Name}: config.json says hidden_size {width}, but {embedding.Name} has {embedding.Columns} columns. "
                + $"config.json is of another model: download it again."));
        }
    }

    private static (string Name, long Rows, long Columns)? FindEmbedding(ParentModel model) =>
        model.Embedding is { } name && model.Find(name) is { Shape.Rank: 2 } tensor ? (name, tensor.Shape[0], tensor.Shape[1]) : null;

    private static bool HasKeyLike(ParentModel model, string[] words) =>
        model.Sections.Any(
            section => section.Any(pair => words.Any(word => pair.Key.Contains(word, StringComparison.Ordinal)) && pair.Value is not null));

    private static long? Number(JsonObject section, string key) => ConfigSections.WholeNumber(section[key]);
}
