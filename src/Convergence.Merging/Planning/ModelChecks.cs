using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Convergence.Merging;

/// <summary>What can be said about whether models fit together from their configurations alone.</summary>
internal static class ModelChecks
{
    /// <summary>What to do about models of different vocabularies.</summary>
    public const string VocabularyCure =
        "say how they are joined, with \"tokenizer_source: union\" (all tokens), \"base\" or a model's directory, "
        + "or give both the same tokenizer and embedding before merging.";

    // Where these differ the merged weights mean something else than their parents', though every shape agrees.
    private static readonly string[] TellingKeys =
    [
        "hidden_act", "activation_function", "rms_norm_eps", "layer_norm_epsilon", "rope_theta", "rope_scaling", "rope_parameters",
        "num_attention_heads", "num_key_value_heads", "head_dim", "n_head", "sliding_window", "max_position_embeddings",
    ];

    /// <summary>
    /// Refuses a model that is damaged, of another architecture or,
    /// unless the recipe says how tokenizers are joined, of another vocabulary.
    /// </summary>
    /// <param name="donor">The model that the others are compared with.</param>
    /// <param name="model">The model.</param>
    /// <param name="mayDifferInVocabulary">Whether the recipe says how vocabularies are joined.</param>
    /// <param name="cure">What to do when they differ, where that is not what a merge would need.</param>
    public static void EnsureMergeable(ParentModel donor, ParentModel model, bool mayDifferInVocabulary, string? cure = null)
    {
        model.EnsureSound();
        if (model.TokenizerDamage is { } damage)
        {
            throw new MergeException(damage);
        }

        Compare(
            donor, model, "model_type", cure
                ?? "They are different architectures, whose weights have nothing in common; merge models of one architecture.");
        if (!mayDifferInVocabulary)
        {
            const string Meaning = "so the same row of the embedding stands for different tokens";
            Compare(
                donor, model, "vocab_size", $"Their vocabularies differ, {Meaning}{(cure is null ? $": {VocabularyCure}" : $". {cure}")}");
            CompareTokens(donor, model, $"{Meaning}{(cure is null ? $": {VocabularyCure}" : $". {cure}")}");
        }
    }

    /// <summary>Refuses layers that a model does not have.</summary>
    /// <param name="model">The model.</param>
    /// <param name="source">The layers.</param>
    /// <param name="path">Their place in the recipe.</param>
    public static void EnsureLayers(ParentModel model, RecipeSource source, string? path)
    {
        if (!model.Layers.HasMain)
        {
            throw new MergeException(
                $"{model.Name} has {model.Layers.Prefixes.Length} stacks of layers ({string.Join(", ", model.Layers.Prefixes)}); "
                + "slices need a model with exactly one, "
                + "or a config.json whose depth (num_hidden_layers) says which one is meant. "
                + "Merge whole models with \"models\" instead of \"slices\".");
        }

        if (source.EndLayer > model.Layers.Count)
        {
            throw new RecipeException(string.Create(
                CultureInfo.InvariantCulture,
                $"layer_range [{source.FirstLayer}, {source.EndLayer}] of {model.Name}: the model has {model.Layers.Count} layers, "
                + $"so the end is at most {model.Layers.Count} (it is the layer after the last one)."))
            { KeyPath = $"{path}.layer_range" };
        }
    }

    /// <summary>Differences that do not prevent a merge but make its result doubtful.</summary>
    public static ImmutableArray<string> Warnings(ParentModels parents, ParentModel donor, ImmutableArray<string> models)
    {
        var warnings = ImmutableArray.CreateBuilder<string>();
        foreach (var model in models.Select(parents.Get))
        {
            warnings.AddRange(model.EnsureSound());
            foreach (var (key, expected, found) in Differences(donor, model))
            {
                warnings.Add($"{model.Name} has {key} {found} where {donor.Name} has {expected}; the merged model takes the latter.");
            }
        }

        return warnings.ToImmutable();
    }

    /// <summary>The keys that give weights their meaning and differ, with both values as JSON.</summary>
    public static IEnumerable<(string Key, string Expected, string Found)> Differences(ParentModel donor, ParentModel model)
    {
        foreach (var key in TellingKeys)
        {
            if (donor.Setting(key) is { } expected && model.Setting(key) is { } found && !JsonNode.DeepEquals(expected, found))
            {
                yield return (key, expected.ToJsonString(), found.ToJsonString());
            }
        }
    }

    /// <summary>Equal counts are not enough: a row of the embedding must stand for the same token in all models.</summary>
    private static void CompareTokens(ParentModel donor, ParentModel model, string end)
    {
        if (donor.Vocabulary is { } expected && model.Vocabulary is { } found && expected.FirstConflict(found) is { } token)
        {
            throw new MergeException(string.Create(
                CultureInfo.InvariantCulture,
                $"{model.Name} cannot be merged with {donor.Name}: in tokenizer.json the token \"{token}\" "
                + $"has id {found.IdOf(token)} in the first and {expected.IdOf(token)} in the second, ")
                + end);
        }
    }

    private static void Compare(ParentModel donor, ParentModel model, string key, string cure)
    {
        if (donor.Setting(key) is { } expected && model.Setting(key) is { } found
            && !JsonNode.DeepEquals(expected, found))
        {
            throw new MergeException(
                $"{model.Name} cannot be merged with {donor.Name}: "
                + $"config.json says {key} {found.ToJsonString()} for the first and {expected.ToJsonString()} for the second. {cure}");
        }
    }
}
