using Convergence.Tensors.Devices;

namespace Convergence.LanguageModels.Architectures;

/// <summary>GPT-2 as read from a <c>config.json</c>: learned positions, LayerNorm, GELU.</summary>
internal sealed record Gpt2Configuration
{
    public const string ArchitectureName = "GPT2LMHeadModel";

    public required ModelShape Shape { get; init; }

    public required float NormEpsilon { get; init; }

    public required GeluForm Gelu { get; init; }

    /// <summary>Whether query-key products are divided by the square root of the head size.</summary>
    public required bool ScalesAttention { get; init; }

    /// <exception cref="LanguageModelException">A key is missing, out of range or asks for what is not supported.</exception>
    public static Gpt2Configuration Read(ConfigReader config)
    {
        if (config.Flag("scale_attn_by_inverse_layer_idx", fallback: false))
        {
            throw config.Unsupported("scale_attn_by_inverse_layer_idx", "Only GPT-2 without it can be run.");
        }

        var hiddenSize = config.Extent("n_embd");
        var headCount = config.Extent("n_head");
        if (hiddenSize % headCount != 0)
        {
            throw config.Wrong("n_head", $"a divisor of n_embd {hiddenSize}");
        }

        var configuration = new Gpt2Configuration
        {
            Shape = new ModelShape
            {
                Architecture = ArchitectureName,
                LayerCount = config.Extent("n_layer"),
                HiddenSize = hiddenSize,
                IntermediateSize = config.Extent("n_inner", 4 * hiddenSize),
                HeadCount = headCount,
                KeyValueHeadCount = headCount,
                HeadSize = hiddenSize / headCount,
                VocabularySize = config.Extent("vocab_size"),
                MaxPositions = config.Extent("n_positions", config.Has("n_ctx") ? config.Extent("n_ctx") : null),
                HasTiedHead = config.Flag("tie_word_embeddings", fallback: true),
                HasGatedMlp = false,
                ParameterCount = 0,
            },
            NormEpsilon = (float)config.Positive("layer_norm_epsilon", 1e-5),
            Gelu = config.Text("activation_function", "gelu_new") switch
            {
                "gelu_new" or "gelu_pytorch_tanh" => GeluForm.Tanh,
                "gelu" => GeluForm.Exact,
                _ => throw config.Unsupported("activation_function", "GPT-2 can be run with gelu_new, gelu_pytorch_tanh or gelu."),
            },
            ScalesAttention = config.Flag("scale_attn_weights", fallback: true),
        };
        var parameterCount = new Gpt2Tensors(configuration.Shape, string.Empty).All().Sum(tensor => tensor.Shape.ElementCount);
        return configuration with { Shape = configuration.Shape with { ParameterCount = parameterCount } };
    }
}
