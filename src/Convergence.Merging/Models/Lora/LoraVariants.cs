using System.Text.Json;
using System.Text.Json.Nodes;

namespace Convergence.Merging;

/// <summary>
/// The adapters that PEFT writes besides plain LoRA: their weights are not a low-rank sum, or are one over other weights than the base's.
/// </summary>
internal static class LoraVariants
{
    private static readonly (string Key, string Name)[] Switches =
    [
        ("use_dora", "DoRA (weight-decomposed)"),
        ("use_qalora", "QA-LoRA"),
        ("lora_bias", "LoRA with biases of its own (lora_bias)"),
    ];

    private static readonly (string Key, string Name)[] Settings =
    [
        ("layer_replication", "LoRA over replicated layers (layer_replication)"),
        ("trainable_token_indices", "LoRA with trainable tokens (trainable_token_indices)"),
        ("target_parameters", "LoRA on bare parameters (target_parameters)"),
        ("alora_invocation_tokens", "activated LoRA (alora_invocation_tokens)"),
        ("arrow_config", "Arrow routing"),
        ("megatron_config", "LoRA of Megatron"),
    ];

    // Initialisations that take something away from the base's weights, which the adapter then counts on.
    private static readonly string[] ChangedBases = ["pissa", "olora", "corda", "loftq"];

    /// <exception cref="MergeException">The adapter is not plain LoRA.</exception>
    public static void RefuseOthers(string path, JsonObject root)
    {
        if (root["peft_type"] is { } type && !(type.GetValueKind() == JsonValueKind.String && type.GetValue<string>() == "LORA"))
        {
            throw Refusal(path, $"an adapter of the type {type.ToJsonString()}");
        }

        foreach (var (key, name) in Switches)
        {
            if (LoraConfig.IsTrue(root, key))
            {
                throw Refusal(path, name);
            }
        }

        foreach (var (key, name) in Settings)
        {
            if (root[key] is { } value && value is not JsonArray { Count: 0 } and not JsonObject { Count: 0 })
            {
                throw Refusal(path, name);
            }
        }

        if (root["init_lora_weights"] is JsonValue initial && initial.GetValueKind() == JsonValueKind.String
            && ChangedBases.Any(name => initial.GetValue<string>().StartsWith(name, StringComparison.OrdinalIgnoreCase)))
        {
            throw Refusal(path, $"LoRA initialised by {initial.GetValue<string>()}, which changes the base's weights");
        }
    }

    private static MergeException Refusal(string path, string kind) => new(
        $"{path}: is {kind}; only plain LoRA (W + s B A) can be added to a model here. "
        + "Merge this adapter into its model with the tool that made it, and name the result.");
}
