using Convergence.Tensors.Devices;

namespace Convergence.LanguageModels.Architectures;

/// <summary>The weights of one Llama layer; absent biases are <see langword="null"/>.</summary>
internal sealed class LlamaLayer : IDisposable
{
    public DeviceTensor AttentionNorm { get; private set; } = null!;

    public PackedMatrix AttentionInput { get; private set; } = null!;

    public DeviceTensor? AttentionInputBias { get; private set; }

    public PackedMatrix AttentionOutput { get; private set; } = null!;

    public DeviceTensor? AttentionOutputBias { get; private set; }

    public DeviceTensor MlpNorm { get; private set; } = null!;

    public PackedMatrix GateAndUp { get; private set; } = null!;

    public DeviceTensor? GateAndUpBias { get; private set; }

    public PackedMatrix Down { get; private set; } = null!;

    public DeviceTensor? DownBias { get; private set; }

    /// <summary>Takes layer <paramref name="layer"/> of a checkpoint, into the buffers of the one before.</summary>
    public void Fill(WeightReader weights, LlamaTensors tensors, int layer)
    {
        AttentionNorm = weights.Join([tensors.AttentionNorm(layer)], AttentionNorm);
        AttentionInput = weights.Pack(tensors.AttentionInput(layer), WeightLayout.OutputByInput, AttentionInput);
        AttentionInputBias = JoinAny(weights, tensors.AttentionInputBias(layer), AttentionInputBias);
        AttentionOutput = weights.Pack(tensors.AttentionOutput(layer), WeightLayout.OutputByInput, AttentionOutput);
        AttentionOutputBias = JoinAny(weights, tensors.AttentionOutputBias(layer), AttentionOutputBias);
        MlpNorm = weights.Join([tensors.MlpNorm(layer)], MlpNorm);
        GateAndUp = weights.Pack(tensors.GateAndUp(layer), WeightLayout.OutputByInput, GateAndUp);
        GateAndUpBias = JoinAny(weights, tensors.GateAndUpBias(layer), GateAndUpBias);
        Down = weights.Pack(tensors.Down(layer), WeightLayout.OutputByInput, Down);
        DownBias = JoinAny(weights, tensors.DownBias(layer), DownBias);
    }

    public void Dispose()
    {
        AttentionNorm?.Dispose();
        AttentionInput?.Dispose();
        AttentionInputBias?.Dispose();
        AttentionOutput?.Dispose();
        AttentionOutputBias?.Dispose();
        MlpNorm?.Dispose();
        GateAndUp?.Dispose();
        GateAndUpBias?.Dispose();
        Down?.Dispose();
        DownBias?.Dispose();
    }

    private static DeviceTensor? JoinAny(WeightReader weights, ExpectedTensor[] parts, DeviceTensor? reuse)
    {
        if (parts.Length > 0)
        {
            return weights.Join(parts, reuse);
        }

        reuse?.Dispose();
        return null;
    }
}
