using System.Text.Json.Nodes;
using Convergence.Evolution.Randomness;
using Convergence.Tensors;

namespace Convergence.Bench.Models;

/// <summary>Random Llama-shaped models made in memory: speed depends on a model's shape, not on what it learned.</summary>
internal sealed record LlamaShape(int HiddenSize, int IntermediateSize, int LayerCount, int HeadCount, int VocabularySize)
{
    /// <summary>25.9 M parameters: the size of the models that the product was asked to evolve.</summary>
    public static LlamaShape TwentyFiveMillion { get; } = new(512, 1408, 8, 8, 259);

    /// <summary>
    /// 251 M parameters, an eighth of them in the embedding: the size of the models that merging to files is measured with.
    /// </summary>
    public static LlamaShape TwoHundredFiftyMillion { get; } = new(1024, 2816, 17, 16, 32000);

    /// <summary>0.99 G parameters: what merging in a GPU's memory is measured with.</summary>
    public static LlamaShape OneBillion { get; } = new(2048, 5632, 18, 16, 32000);

    /// <summary>1.0 M parameters: merging them takes no time, so that a command's start is what shows.</summary>
    public static LlamaShape OneMillion { get; } = new(128, 352, 5, 4, 259);

    public long ParameterCount => TensorShapes().Sum(tensor => tensor.Shape.ElementCount);

    public JsonObject Config(string dtype) => new()
    {
        ["architectures"] = new JsonArray("LlamaForCausalLM"),
        ["model_type"] = "llama",
        ["hidden_size"] = HiddenSize,
        ["intermediate_size"] = IntermediateSize,
        ["num_hidden_layers"] = LayerCount,
        ["num_attention_heads"] = HeadCount,
        ["num_key_value_heads"] = HeadCount,
        ["head_dim"] = HiddenSize / HeadCount,
        ["vocab_size"] = VocabularySize,
        ["max_position_embeddings"] = 512,
        ["rms_norm_eps"] = 1e-5,
        ["rope_theta"] = 10000.0,
        ["hidden_act"] = "silu",
        ["tie_word_embeddings"] = true,
        ["bos_token_id"] = 256,
        ["eos_token_id"] = 257,
        ["torch_dtype"] = dtype,
    };

    /// <summary>
    /// Multiply-adds times two of a forward pass with logits at every position, attention counted in full as is customary.
    /// </summary>
    public double ForwardOperations(int sequenceCount, int length)
    {
        double tokens = (double)sequenceCount * length;
        var perToken = LayerCount * ((4.0 * HiddenSize * HiddenSize) + (3.0 * HiddenSize * IntermediateSize))
            + ((double)HiddenSize * VocabularySize);
        return 2 * tokens * (perToken + AttentionPerToken(length));
    }

    /// <summary>The share of <see cref="ForwardOperations"/> that attention to earlier positions alone does without.</summary>
    public double CausalSavings(int sequenceCount, int length) =>
        sequenceCount * (length - 1.0) * AttentionPerToken(length) / ForwardOperations(sequenceCount, length);

    /// <summary>Weights drawn around those of <paramref name="origin"/>, or afresh.</summary>
    public TensorSet RandomWeights(ulong seed, DType dtype, double scale, TensorSet? origin = null)
    {
        var random = new SearchRandom(seed);
        var weights = new TensorSet();
        foreach (var (name, shape) in TensorShapes())
        {
            var values = new float[shape.ElementCount];
            if (origin is not null && origin.TryGet(name, out var from))
            {
                FloatReader.Read((HostTensor)from, values);
            }
            else if (shape.Rank == 1)
            {
                Array.Fill(values, 1f);
            }

            if (shape.Rank > 1)
            {
                foreach (ref var value in values.AsSpan())
                {
                    value += (float)((random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * scale);
                }
            }

            weights.Add(name, FloatReader.Write(values, dtype, shape));
        }

        return weights;
    }

    /// <summary>Every tensor of the model.</summary>
    public IEnumerable<(string Name, TensorShape Shape)> TensorShapes()
    {
        yield return ("model.embed_tokens.weight", new TensorShape(VocabularySize, HiddenSize));
        for (var layer = 0; layer < LayerCount; layer++)
        {
            var prefix = $"model.layers.{layer}.";
            yield return (prefix + "input_layernorm.weight", new TensorShape(HiddenSize));
            yield return (prefix + "post_attention_layernorm.weight", new TensorShape(HiddenSize));
            foreach (var projection in (string[])["q_proj", "k_proj", "v_proj", "o_proj"])
            {
                yield return ($"{prefix}self_attn.{projection}.weight", new TensorShape(HiddenSize, HiddenSize));
            }

            yield return (prefix + "mlp.gate_proj.weight", new TensorShape(IntermediateSize, HiddenSize));
            yield return (prefix + "mlp.up_proj.weight", new TensorShape(IntermediateSize, HiddenSize));
            yield return (prefix + "mlp.down_proj.weight", new TensorShape(HiddenSize, IntermediateSize));
        }

        yield return ("model.norm.weight", new TensorShape(HiddenSize));
    }

    private double AttentionPerToken(int length) => LayerCount * 2.0 * length * HiddenSize;
}
