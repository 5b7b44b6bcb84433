using System.Globalization;

namespace Convergence.LanguageModels.Architectures;

/// <summary>The names and shapes of a Llama checkpoint's tensors.</summary>
internal sealed class LlamaTensors(LlamaConfiguration configuration)
{
    private readonly ModelShape _shape = configuration.Shape;

    private int QueryColumns => _shape.HeadCount * _shape.HeadSize;

    private int KeyColumns => _shape.KeyValueHeadCount * _shape.HeadSize;

    public ExpectedTensor Embedding => ExpectedTensor.Matrix("model.embed_tokens.weight", _shape.VocabularySize, _shape.HiddenSize);

    public ExpectedTensor FinalNorm => ExpectedTensor.Vector("model.norm.weight", _shape.HiddenSize);

    public ExpectedTensor Head => _shape.HasTiedHead
        ? Embedding
        : ExpectedTensor.Matrix("lm_head.weight", _shape.VocabularySize, _shape.HiddenSize);

    public ExpectedTensor AttentionNorm(int layer) => ExpectedTensor.Vector(Name(layer, "input_layernorm.weight"), _shape.HiddenSize);

    public ExpectedTensor MlpNorm(int layer) => ExpectedTensor.Vector(Name(layer, "post_attention_layernorm.weight"), _shape.HiddenSize);

    public ExpectedTensor[] AttentionInput(int layer) =>
    [
        ExpectedTensor.Matrix(Name(layer, "self_attn.q_proj.weight"), QueryColumns, _shape.HiddenSize),
        ExpectedTensor.Matrix(Name(layer, "self_attn.k_proj.weight"), KeyColumns, _shape.HiddenSize),
        ExpectedTensor.Matrix(Name(layer, "self_attn.v_proj.weight"), KeyColumns, _shape.HiddenSize),
    ];

    public ExpectedTensor[] AttentionInputBias(int layer) => configuration.HasInputBias
        ?
        [
            ExpectedTensor.Vector(Name(layer, "self_attn.q_proj.bias"), QueryColumns),
            ExpectedTensor.Vector(Name(layer, "self_attn.k_proj.bias"), KeyColumns),
            ExpectedTensor.Vector(Name(layer, "self_attn.v_proj.bias"), KeyColumns),
        ]
        : [];

    public ExpectedTensor[] AttentionOutput(int layer) =>
        [ExpectedTensor.Matrix(Name(layer, "self_attn.o_proj.weight"), _shape.HiddenSize, QueryColumns)];

    public ExpectedTensor[] AttentionOutputBias(int layer) =>
        configuration.HasOutputBias ? [ExpectedTensor.Vector(Name(layer, "self_attn.o_proj.bias"), _shape.HiddenSize)] : [];

    public ExpectedTensor[] GateAndUp(int layer) =>
    [
        ExpectedTensor.Matrix(Name(layer, "mlp.gate_proj.weight"), _shape.IntermediateSize, _shape.HiddenSize),
        ExpectedTensor.Matrix(Name(layer, "mlp.up_proj.weight"), _shape.IntermediateSize, _shape.HiddenSize),
    ];

    public ExpectedTensor[] GateAndUpBias(int layer) => configuration.HasMlpBias
        ?
        [
            ExpectedTensor.Vector(Name(layer, "mlp.gate_proj.bias"), _shape.IntermediateSize),
            ExpectedTensor.Vector(Name(layer, "mlp.up_proj.bias"), _shape.IntermediateSize),
        ]
        : [];

    public ExpectedTensor[] Down(int layer) =>
        [ExpectedTensor.Matrix(Name(layer, "mlp.down_proj.weight"), _shape.HiddenSize, _shape.IntermediateSize)];

    public ExpectedTensor[] DownBias(int layer) =>
        configuration.HasMlpBias ? [ExpectedTensor.Vector(Name(layer, "mlp.down_proj.bias"), _shape.HiddenSize)] : [];

    /// <summary>Every tensor once.</summary>
    public List<ExpectedTensor> All()
    {
        List<ExpectedTensor> all = [Embedding, FinalNorm];
        if (!_shape.HasTiedHead)
        {
            all.Add(Head);
        }

        for (var layer = 0; layer < _shape.LayerCount; layer++)
        {
            all.AddRange([AttentionNorm(layer), MlpNorm(layer)]);
            all.AddRange(AttentionInput(layer));
            all.AddRange(AttentionInputBias(layer));
            all.AddRange(AttentionOutput(layer));
            all.AddRange(AttentionOutputBias(layer));
            all.AddRange(GateAndUp(layer));
            all.AddRange(GateAndUpBias(layer));
            all.AddRange(Down(layer));
            all.AddRange(DownBias(layer));
        }

        return all;
    }

    private static string Name(int layer, string part) => string.Create(CultureInfo.InvariantCulture, $"model.layers.{layer}.{part}");
}
