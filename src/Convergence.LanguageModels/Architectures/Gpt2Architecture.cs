using Convergence.Tensors.Devices;

namespace Convergence.LanguageModels.Architectures;

/// <summary>A GPT-2 model on a device.</summary>
internal sealed class Gpt2Architecture : Architecture
{
    private readonly TransformerKernels _kernels;
    private readonly List<Gpt2Layer> _layers = [];
    private Gpt2Configuration _configuration;
    private DeviceTensor? _embedding;
    private DeviceTensor? _positions;
    private DeviceTensor? _finalNorm;
    private DeviceTensor? _finalNormBias;
    private PackedMatrix? _head;

    public Gpt2Architecture(ComputeDevice device, Gpt2Configuration configuration, int memberCapacity)
        : base(configuration.Shape, memberCapacity)
    {
        _kernels = device.Transformer;
        _configuration = configuration;
    }

    public override long WeightByteCount =>
        (sizeof(float) * ((MemberCapacity * Shape.ParameterCount) - _positions!.ElementCount
            - (Shape.HasTiedHead ? 0 : _embedding!.ElementCount)))
        + _embedding!.ByteCount + _positions.ByteCount;

    /// <summary>Takes a checkpoint's weights, into the buffers of the one before.</summary>
    public void Fill(Gpt2Configuration configuration, WeightReader weights)
    {
        _configuration = configuration;
        Shape = configuration.Shape;
        AttentionShape = AttentionShape with { Scale = configuration.ScalesAttention ? (float)(1 / Math.Sqrt(Shape.HeadSize)) : 1 };
        var tensors = Gpt2Tensors.For(Shape, weights);
        _embedding = weights.Copy(tensors.Embedding.Name, tensors.Embedding.Shape, _embedding);
        _positions = weights.Copy(tensors.Positions.Name, tensors.Positions.Shape, _positions);
        _finalNorm = weights.Join([tensors.FinalNorm], _finalNorm);
        _finalNormBias = weights.Join([tensors.FinalNormBias], _finalNormBias);
        _head = weights.Pack([tensors.Head], WeightLayout.OutputByInput, _head);
        LayerList.Resize(_layers, Shape.LayerCount);
        for (var layer = 0; layer < _layers.Count; layer++)
        {
            _layers[layer].Fill(weights, tensors, layer);
        }
    }

    public override void Embed(TokenBatch batch, MatrixView hidden)
    {
        _kernels.Embed(_embedding!, batch.InTables(batch.Tokens, Shape.VocabularySize), hidden);
        _kernels.Embed(_positions!, batch.InTables(batch.Positions, Shape.MaxPositions), hidden, accumulate: true);
    }

    public override void ProjectAttentionInput(int layer, TokenBatch batch, Workspace workspace)
    {
        var weights = _layers[layer];
        var normalized = workspace.Normalized(batch.RowCount);
        var hidden = workspace.Hidden(batch.RowCount);
        var (norm, shift) = (Of(batch, weights.AttentionNorm), Of(batch, weights.AttentionNormBias));
        _kernels.LayerNorm(hidden, norm, shift, _configuration.NormEpsilon, normalized);
        var (weight, bias) = (Of(batch, weights.AttentionInput), Of(batch, weights.AttentionInputBias));
        _kernels.MatMul(normalized, weight, bias, workspace.AttentionInput(batch.RowCount));
    }

    public override (PackedMatrix Weight, DeviceTensor? Bias) AttentionOutput(int layer, TokenBatch batch) =>
        (Of(batch, _layers[layer].AttentionOutput), Of(batch, _layers[layer].AttentionOutputBias));

    public override void RunMlp(int layer, TokenBatch batch, Workspace workspace)
    {
        var weights = _layers[layer];
        var hidden = workspace.Hidden(batch.RowCount);
        var normalized = workspace.Normalized(batch.RowCount);
        var activated = workspace.Mlp(batch.RowCount);
        var (norm, shift) = (Of(batch, weights.MlpNorm), Of(batch, weights.MlpNormBias));
        _kernels.LayerNorm(hidden, norm, shift, _configuration.NormEpsilon, normalized);
        _kernels.MatMul(normalized, Of(batch, weights.MlpInput), Of(batch, weights.MlpInputBias), activated);
        _kernels.Gelu(activated, _configuration.Gelu);
        _kernels.MatMul(activated, Of(batch, weights.MlpOutput), Of(batch, weights.MlpOutputBias), hidden, accumulate: true);
    }

    public override void Normalize(TokenBatch batch, MatrixView hidden, MatrixView output) =>
        _kernels.LayerNorm(hidden, Of(batch, _finalNorm!), Of(batch, _finalNormBias!), _configuration.NormEpsilon, output);

    public override PackedMatrix Head(TokenBatch batch) => Of(batch, _head!);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            LayerList.Resize(_layers, 0);
            _embedding?.Dispose();
            _positions?.Dispose();
            _finalNorm?.Dispose();
            _finalNormBias?.Dispose();
            _head?.Dispose();
        }
    }
}
