namespace Convergence.LanguageModels.Architectures;

/// <summary>
/// The Llama family (arXiv 2302.13971; Mistral, arXiv 2310.06825; Qwen2, arXiv 2407.10671) as read from a <c>config.json</c>:
/// RMSNorm, rotary positions, grouped queries, SwiGLU.
/// </summary>
internal sealed record LlamaConfiguration
{
    public required ModelShape Shape { get; init; }

    public required float NormEpsilon { get; init; }

    /// <summary>Whether the query, key and value projections have a bias.</summary>
    public required bool HasInputBias { get; init; }

    /// <summary>Whether the attention's output projection has a bias.</summary>
    public required bool HasOutputBias { get; init; }

    public required bool HasMlpBias { get; init; }

    /// <summary>Radians per position of each pair of a head's features.</summary>
    public required double[] RopeFrequencies { get; init; }

    /// <exception cref="LanguageModelException">A key is missing, out of range or asks for what is not supported.</exception>
    public static LlamaConfiguration Read(ConfigReader config, string architecture)
    {
        if (config.Text("hidden_act", "silu") != "silu")
        {
            throw config.Unsupported("hidden_act", "Models of the Llama family can be run with silu.");
        }

        var maxPositions = config.Extent("max_position_embeddings");
        RefuseSlidingWindow(config, architecture, maxPositions);
        var hiddenSize = config.Extent("hidden_size");
        var headCount = config.Extent("num_attention_heads");
        var headSize = HeadSize(config, hiddenSize, headCount);
        var isQwen = architecture == "Qwen2ForCausalLM";
        var hasAttentionBias = config.Flag("attention_bias", fallback: false);
        var configuration = new LlamaConfiguration
        {
            Shape = new ModelShape
            {
                Architecture = architecture,
                LayerCount = config.Extent("num_hidden_layers"),
                HiddenSize = hiddenSize,
                IntermediateSize = config.Extent("intermediate_size"),
                HeadCount = headCount,
                KeyValueHeadCount = KeyValueHeadCount(config, architecture, headCount),
                HeadSize = headSize,
                VocabularySize = config.Extent("vocab_size"),
                MaxPositions = maxPositions,
                HasTiedHead = config.Flag("tie_word_embeddings", fallback: false),
                HasGatedMlp = true,
                ParameterCount = 0,
            },
            NormEpsilon = (float)config.Positive("rms_norm_eps", 1e-6),
            HasInputBias = isQwen || hasAttentionBias,
            HasOutputBias = !isQwen && hasAttentionBias,
            HasMlpBias = config.Flag("mlp_bias", fallback: false),
            RopeFrequencies = Architectures.RopeFrequencies.Read(config, headSize),
        };
        var parameterCount = new LlamaTensors(configuration).All().Sum(tensor => tensor.Shape.ElementCount);
        return configuration with { Shape = configuration.Shape with { ParameterCount = parameterCount } };
    }

    private static int HeadSize(ConfigReader config, int hiddenSize, int headCount)
    {
        if (!config.Has("head_dim") && hiddenSize % headCount != 0)
        {
            throw config.Wrong("num_attention_heads", $"a divisor of hidden_size {hiddenSize}");
        }

        var headSize = config.Extent("head_dim", hiddenSize / headCount);
        return headSize % 2 == 0
            ? headSize
            : throw config.Wrong(config.Has("head_dim") ? "head_dim" : "hidden_size", "such that heads are even");
    }

    private static int KeyValueHeadCount(ConfigReader config, string architecture, int headCount)
    {
        // Only Llama's own default is the number of query heads.
        var count = config.Extent("num_key_value_heads", architecture == "LlamaForCausalLM" ? headCount : null);
        return headCount % count == 0 ? count : throw config.Wrong("num_key_value_heads", $"a divisor of num_attention_heads {headCount}");
    }

    private static void RefuseSlidingWindow(ConfigReader config, string architecture, int maxPositions)
    {
        var isUsed = architecture != "Qwen2ForCausalLM" || config.Flag("use_sliding_window", fallback: false);
        if (isUsed && config.Has("sliding_window") && config.Extent("sliding_window") < maxPositions)
        {
            throw config.Unsupported(
                "sliding_window", "Attention windows cannot be run; set it to null and max_position_embeddings to at most the window.");
        }
    }
}
