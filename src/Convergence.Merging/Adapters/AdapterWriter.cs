using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Foundation.Files;
using Convergence.Tensors;
using Convergence.Tensors.Safetensors;

namespace Convergence.Merging;

/// <summary>
/// Collects factors and writes them as PEFT lays adapters out: <c>adapter_config.json</c>, <c>adapter_model.safetensors</c> and a card.
/// </summary>
/// <param name="origin">The model that the adapter is for.</param>
/// <param name="fanInFanOut">Whether its matrices are stored [inputs, outputs].</param>
internal sealed class AdapterWriter(ParentModel origin, bool fanInFanOut) : IDisposable
{
    private const string Prefix = "base_model.model.";

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly TensorSet _tensors = new();
    private readonly SortedDictionary<string, int> _ranks = new(StringComparer.Ordinal);

    /// <summary>Adds a module; its factors are this writer's from now on.</summary>
    public void Add(ExtractionTarget target, LowRankFactors factors)
    {
        var (down, up) = target.IsEmbedding ? (".lora_embedding_A", ".lora_embedding_B") : (".lora_A.weight", ".lora_B.weight");
        _tensors.Add(Prefix + target.Module + down, factors.Down);
        _tensors.Add(Prefix + target.Module + up, factors.Up);
        _ranks.Add(target.Module, (int)factors.Down.Shape[0]);
    }

    /// <exception cref="ConvergenceException">The directory exists or cannot be written; nothing is left behind.</exception>
    public void Write(string directory, string finetuned, string baseModel) => AtomicDirectory.Write(directory, temporary =>
    {
        SafetensorsWriter.Write(
            Path.Combine(temporary, LoraAdapter.WeightsFileName), _tensors, new Dictionary<string, string> { ["format"] = "pt" });
        AtomicFile.WriteAllText(Path.Combine(temporary, LoraConfig.FileName), Config(baseModel).ToJsonString(Indented) + "\n");
        AtomicFile.WriteAllText(
            Path.Combine(temporary, "README.md"),
            Card(Path.GetFileName(Path.TrimEndingDirectorySeparator(directory)), finetuned, baseModel));
    });

    public void Dispose() => _tensors.Dispose();

    // The scale is alpha / r for every module: the factors carry the singular values, so both patterns say the same and the scale is 1.
    private JsonObject Config(string baseModel)
    {
        var rank = _ranks.Values.Max();
        var others = _ranks.Where(pair => pair.Value != rank).ToList();
        return new JsonObject
        {
            ["alpha_pattern"] = Pattern(others),
            ["base_model_name_or_path"] = baseModel,
            ["bias"] = "none",
            ["fan_in_fan_out"] = fanInFanOut,
            ["inference_mode"] = true,
            ["init_lora_weights"] = true,
            ["lora_alpha"] = rank,
            ["lora_dropout"] = 0.0,
            ["modules_to_save"] = null,
            ["peft_type"] = "LORA",
            ["r"] = rank,
            ["rank_pattern"] = Pattern(others),
            ["target_modules"] = new JsonArray([.. _ranks.Keys.Select(module => (JsonNode)module)]),
            ["task_type"] = IsCausal() ? "CAUSAL_LM" : null,
            ["use_dora"] = false,
            ["use_rslora"] = false,
        };
    }

    private static JsonObject Pattern(IEnumerable<KeyValuePair<string, int>> ranks) =>
        new(ranks.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));

    private bool IsCausal() =>
        origin.Config["architectures"] is JsonArray names
        && names.Any(name => name?.ToString().EndsWith("ForCausalLM", StringComparison.Ordinal) == true
            || name?.ToString().EndsWith("LMHeadModel", StringComparison.Ordinal) == true);

    private static string Card(string name, string finetuned, string baseModel) =>
        $"""
        ---
        library_name: peft
        tags:
        - lora
        ---

        # {name}

        The difference of `{finetuned}` from `{baseModel}` as a LoRA adapter,
        extracted by singular value decomposition with Convergence.EvoMerge.
        It holds the matrices that `{LoraConfig.FileName}` names; everything else stays as in the base.
        The licences of both models hold for it.

        """;
}
