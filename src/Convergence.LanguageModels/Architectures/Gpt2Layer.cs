using Convergence.Tensors.Devices;

namespace Convergence.LanguageModels.Architectures;

/// <summary>The weights of one GPT-2 layer.</summary>
internal sealed class Gpt2Layer : IDisposable
{
    public DeviceTensor AttentionNorm { get; private set; } = null!;

    public DeviceTensor AttentionNormBias { get; private set; } = null!;

    public PackedMatrix AttentionInput { get; private set; } = null!;

    public DeviceTensor AttentionInputBias { get; private set; } = null!;

    public PackedMatrix AttentionOutput { get; private set; } = null!;

    public DeviceTensor AttentionOutputBias { get; private set; } = null!;

    public DeviceTensor MlpNorm { get; private set; } = null!;

    public DeviceTensor MlpNormBias { get; private set; } = null!;

    public PackedMatrix MlpInput { get; private set; } = null!;

    public DeviceTensor MlpInputBias { get; private set; } = null!;

    public PackedMatrix MlpOutput { get; private set; } = null!;

    public DeviceTensor MlpOutputBias { get; private set; } = null!;

    /// <summary>Takes layer <paramref name="layer"/> of a checkpoint, into the buffers of the one before.</summary>
    public void Fill(WeightReader weights, Gpt2Tensors tensors, int layer)
    {
        AttentionNorm = weights.Join([tensors.AttentionNorm(layer)], AttentionNorm);
        AttentionNormBias = weights.Join([tensors.AttentionNormBias(layer)], AttentionNormBias);
        AttentionInput = weights.Pack([tensors.AttentionInput(layer)], WeightLayout.InputByOutput, AttentionInput);
        AttentionInputBias = weights.Join([tensors.AttentionInputBias(layer)], AttentionInputBias);
        AttentionOutput = weights.Pack([tensors.AttentionOutput(layer)], WeightLayout.InputByOutput, AttentionOutput);
        AttentionOutputBias = weights.Join([tensors.AttentionOutputBias(layer)], AttentionOutputBias);
        MlpNorm = weights.Join([tensors.MlpNorm(layer)], MlpNorm);
        MlpNormBias = weights.Join([tensors.MlpNormBias(layer)], MlpNormBias);
        MlpInput = weights.Pack([tensors.MlpInput(layer)], WeightLayout.InputByOutput, MlpInput);
        MlpInputBias = weights.Join([tensors.MlpInputBias(layer)], MlpInputBias);
        MlpOutput = weights.Pack([tensors.MlpOutput(layer)], WeightLayout.InputByOutput, MlpOutput);
        MlpOutputBias = weights.Join([tensors.MlpOutputBias(layer)], MlpOutputBias);
    }

    public void Dispose()
    {
        AttentionNorm?.Dispose();
        AttentionNormBias?.Dispose();
        AttentionInput?.Dispose();
        AttentionInputBias?.Dispose();
        AttentionOutput?.Dispose();
        AttentionOutputBias?.Dispose();
        MlpNorm?.Dispose();
        MlpNormBias?.Dispose();
        MlpInput?.Dispose();
        MlpInputBias?.Dispose();
        MlpOutput?.Dispose();
        MlpOutputBias?.Dispose();
    }
}
