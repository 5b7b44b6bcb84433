using System.Globalization;

namespace Convergence.LanguageModels.Architectures;

/// <summary>The names and shapes of a GPT-2 checkpoint's tensors. Its matrices are stored [inputs, outputs].</summary>
/// <param name="shape">The model's extents.</param>
/// <param name="prefix">What names start with: <c>transformer.</c>, or nothing in checkpoints of the bare model.</param>
internal sealed class Gpt2Tensors(ModelShape shape, string prefix)
{
    public const string LanguageModelPrefix = "transformer.";

    public ExpectedTensor Embedding => ExpectedTensor.Matrix(prefix + "wte.weight", shape.VocabularySize, shape.HiddenSize);

    public ExpectedTensor Positions => ExpectedTensor.Matrix(prefix + "wpe.weight", shape.MaxPositions, shape.HiddenSize);

    public ExpectedTensor FinalNorm => ExpectedTensor.Vector(prefix + "ln_f.weight", shape.HiddenSize);

    public ExpectedTensor FinalNormBias => ExpectedTensor.Vector(prefix + "ln_f.bias", shape.HiddenSize);

    public ExpectedTensor Head => shape.HasTiedHead
        ? Embedding
        : ExpectedTensor.Matrix("lm_head.weight", shape.VocabularySize, shape.HiddenSize);

    public static Gpt2Tensors For(ModelShape shape, WeightReader weights) =>
        new(
            shape,
            weights.Contains(LanguageModelPrefix + "wte.weight") || !weights.Contains("wte.weight") ? LanguageModelPrefix : string.Empty);

    public ExpectedTensor AttentionNorm(int layer) => Vector(layer, "ln_1.weight", shape.HiddenSize);

    public ExpectedTensor AttentionNormBias(int layer) => Vector(layer, "ln_1.bias", shape.HiddenSize);

    public ExpectedTensor AttentionInput(int layer) => Matrix(layer, "attn.c_attn.weight", shape.HiddenSize, 3 * shape.HiddenSize);

    public ExpectedTensor AttentionInputBias(int layer) => Vector(layer, "attn.c_attn.bias", 3 * shape.HiddenSize);

    public ExpectedTensor AttentionOutput(int layer) => Matrix(layer, "attn.c_proj.weight", shape.HiddenSize, shape.HiddenSize);

    public ExpectedTensor AttentionOutputBias(int layer) => Vector(layer, "attn.c_proj.bias", shape.HiddenSize);

    public ExpectedTensor MlpNorm(int layer) => Vector(layer, "ln_2.weight", shape.HiddenSize);

    public ExpectedTensor MlpNormBias(int layer) => Vector(layer, "ln_2.bias", shape.HiddenSize);

    public ExpectedTensor MlpInput(int layer) => Matrix(layer, "mlp.c_fc.weight", shape.HiddenSize, shape.IntermediateSize);

    public ExpectedTensor MlpInputBias(int layer) => Vector(layer, "mlp.c_fc.bias", shape.IntermediateSize);

    public ExpectedTensor MlpOutput(int layer) => Matrix(layer, "mlp.c_proj.weight", shape.IntermediateSize, shape.HiddenSize);

    public ExpectedTensor MlpOutputBias(int layer) => Vector(layer, "mlp.c_proj.bias", shape.HiddenSize);

    /// <summary>Every tensor once.</summary>
    public List<ExpectedTensor> All()
    {
        List<ExpectedTensor> all = [Embedding, Positions, FinalNorm, FinalNormBias];
        if (!shape.HasTiedHead)
        {
            all.Add(Head);
        }

        for (var layer = 0; layer < shape.LayerCount; layer++)
        {
            all.AddRange(
            [
                AttentionNorm(layer), AttentionNormBias(layer),
                AttentionInput(layer), AttentionInputBias(layer),
                AttentionOutput(layer), AttentionOutputBias(layer),
                MlpNorm(layer), MlpNormBias(layer),
                MlpInput(layer), MlpInputBias(layer),
                MlpOutput(layer), MlpOutputBias(layer),
            ]);
        }

        return all;
    }

    private ExpectedTensor Vector(int layer, string part, int length) => ExpectedTensor.Vector(Name(layer, part), length);

    private ExpectedTensor Matrix(int layer, string part, int rows, int columns) => ExpectedTensor.Matrix(Name(layer, part), rows, columns);

    private string Name(int layer, string part) => string.Create(CultureInfo.InvariantCulture, $"{prefix}h.{layer}.{part}");
}
