using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Randomness;
using Convergence.Tensors.Safetensors;

namespace Convergence.Testing;

/// <summary>
/// Small random models, written as Hugging Face directories. A model is a function of its options and seed.
/// </summary>
public static class TinyModels
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Writes <c>config.json</c> and <c>model.safetensors</c> into a directory, which is created.</summary>
    /// <returns>The directory.</returns>
    public static string Write(string directory, TinyModelOptions options, ulong seed)
    {
        using var weights = Weights(options, seed);
        return Write(directory, options, weights);
    }

    /// <summary>
    /// Writes a "specialist": the model of <paramref name="baseSeed"/> with every element moved by a random amount of the given
    /// deviation.
    /// </summary>
    /// <returns>The directory.</returns>
    public static string WriteSpecialist(string directory, TinyModelOptions options, ulong baseSeed, ulong seed, double deviation = 0.02)
    {
        using var weights = Weights(options, baseSeed, (name, index) => deviation * Normal(Philox.Key(seed, name), index));
        return Write(directory, options, weights);
    }

    /// <summary>Writes a model with given weights.</summary>
    /// <returns>The directory.</returns>
    public static string Write(string directory, TinyModelOptions options, ITensorSource weights)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "config.json"), Config(options).ToJsonString(Indented));
        SafetensorsWriter.Write(
            Path.Combine(directory, SafetensorsFormat.SingleFileName), weights, new Dictionary<string, string> { ["format"] = "pt" });
        return directory;
    }

    /// <summary>The content of <c>config.json</c>.</summary>
    public static JsonObject Config(TinyModelOptions options) => new()
    {
        ["architectures"] = new JsonArray("LlamaForCausalLM"),
        ["model_type"] = "llama",
        ["vocab_size"] = options.VocabularySize,
        ["hidden_size"] = options.HiddenSize,
        ["intermediate_size"] = options.IntermediateSize,
        ["num_hidden_layers"] = options.LayerCount,
        ["num_attention_heads"] = options.HeadCount,
        ["num_key_value_heads"] = options.KeyValueHeadCount,
        ["max_position_embeddings"] = options.MaxPositions,
        ["rope_theta"] = options.RopeTheta,
        ["rms_norm_eps"] = options.RmsNormEpsilon,
        ["hidden_act"] = "silu",
        ["attention_bias"] = false,
        ["mlp_bias"] = false,
        ["tie_word_embeddings"] = options.TiedHead,
        ["bos_token_id"] = 1,
        ["eos_token_id"] = 2,
        ["torch_dtype"] = options.DType switch
        {
            DType.BF16 => "bfloat16",
            DType.F16 => "float16",
            DType.F64 => "float64",
            _ => "float32",
        },
    };

    /// <summary>The names and shapes of the tensors, in the order of a forward pass.</summary>
    public static IReadOnlyList<(string Name, TensorShape Shape)> Shapes(TinyModelOptions options)
    {
        var hidden = options.HiddenSize;
        var keyValue = options.KeyValueHeadCount * options.HeadSize;
        var shapes = new List<(string, TensorShape)> { ("model.embed_tokens.weight", new(options.VocabularySize, hidden)) };
        for (var layer = 0; layer < options.LayerCount; layer++)
        {
            var prefix = $"model.layers.{layer}.";
            shapes.AddRange([
                (prefix + "input_layernorm.weight", new(hidden)),
                (prefix + "self_attn.q_proj.weight", new(hidden, hidden)),
                (prefix + "self_attn.k_proj.weight", new(keyValue, hidden)),
                (prefix + "self_attn.v_proj.weight", new(keyValue, hidden)),
                (prefix + "self_attn.o_proj.weight", new(hidden, hidden)),
                (prefix + "post_attention_layernorm.weight", new(hidden)),
                (prefix + "mlp.gate_proj.weight", new(options.IntermediateSize, hidden)),
                (prefix + "mlp.up_proj.weight", new(options.IntermediateSize, hidden)),
                (prefix + "mlp.down_proj.weight", new(hidden, options.IntermediateSize)),
            ]);
        }

        shapes.Add(("model.norm.weight", new(hidden)));
        if (!options.TiedHead)
        {
            shapes.Add(("lm_head.weight", new(options.VocabularySize, hidden)));
        }

        return shapes;
    }

    /// <summary>Random weights; the caller disposes of them.</summary>
    /// <param name="options">The model's shape.</param>
    /// <param name="seed">What the weights are drawn from.</param>
    /// <param name="shift">Added to element i of a tensor; nothing by default.</param>
    public static TensorSet Weights(TinyModelOptions options, ulong seed, Func<string, long, double>? shift = null)
    {
        using var device = new CpuDevice(threadCount: 1);
        var weights = new TensorSet();
        foreach (var (name, shape) in Shapes(options))
        {
            var key = Philox.Key(seed, name);
            var isNorm = shape.Rank == 1;
            var values = new float[shape.ElementCount];
            for (var index = 0; index < values.Length; index++)
            {
                var value = options.Deviation * Normal(key, index);
                values[index] = (float)((isNorm ? 1 + (0.1 * value) : value) + (shift?.Invoke(name, index) ?? 0));
            }

            var tensor = HostTensor.Allocate(options.DType, shape);
            device.Write(values, tensor);
            weights.Add(name, tensor);
        }

        return weights;
    }

    // Box and Muller (1958); 1 - u is never zero.
    private static double Normal(ulong key, long index) =>
        Math.Sqrt(-2 * Math.Log(1 - Philox.UniformAt(key, 0, index))) * Math.Cos(2 * Math.PI * Philox.UniformAt(key, 1, index));
}
