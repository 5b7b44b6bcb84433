using Convergence.Tensors.Devices;

namespace Convergence.LanguageModels.Architectures;

/// <summary>A Llama-shaped model on a device.</summary>
internal sealed class LlamaArchitecture : Architecture
{
    private readonly ComputeDevice _device;
    private readonly TransformerKernels _kernels;
    private readonly List<LlamaLayer> _layers = [];
    private LlamaConfiguration _configuration;
    private RopeTable _rope;
    private DeviceTensor? _embedding;
    private DeviceTensor? _finalNorm;
    private PackedMatrix? _head;

    public LlamaArchitecture(ComputeDevice device, LlamaConfiguration configuration, int memberCapacity)
        : base(configuration.Shape, memberCapacity)
    {
        _device = device;
        _kernels = device.Transformer;
        _configuration = configuration;
        _rope = new RopeTable(device, configuration.RopeFrequencies, configuration.Shape.MaxPositions);
    }

    public override long WeightByteCount =>
        (sizeof(float) * ((MemberCapacity * Shape.ParameterCount) - (Shape.HasTiedHead ? 0 : _embedding!.ElementCount)))
        + _embedding!.ByteCount;

    /// <summary>Takes a checkpoint's weights, into the buffers of the one before.</summary>
    public void Fill(LlamaConfiguration configuration, WeightReader weights)
    {
        if (!configuration.RopeFrequencies.AsSpan().SequenceEqual(_configuration.RopeFrequencies)
            || configuration.Shape.MaxPositions != Shape.MaxPositions)
        {
            _rope.Dispose();
            _rope = new RopeTable(_device, configuration.RopeFrequencies, configuration.Shape.MaxPositions);
        }

        _configuration = configuration;
        Shape = configuration.Shape;
        var tensors = new LlamaTensors(configuration);
        _embedding = weights.Copy(tensors.Embedding.Name, tensors.Embedding.Shape, _embedding);
        _finalNorm = weights.Join([tensors.FinalNorm], _finalNorm);
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
        var longest = 0;
        foreach (var span in batch.Spans)
        {
            longest = Math.Max(longest, span.KeyCount);
        }

        _rope.Reach(longest);
    }

    public override void ProjectAttentionInput(int layer, TokenBatch batch, Workspace workspace)
    {
        var weights = _layers[layer];
        var normalized = workspace.Normalized(batch.RowCount);
        _kernels.RmsNorm(workspace.Hidden(batch.RowCount), Of(batch, weights.AttentionNorm), _configuration.NormEpsilon, normalized);
        var input = workspace.AttentionInput(batch.RowCount);
        _kernels.MatMul(normalized, Of(batch, weights.AttentionInput), Of(batch, weights.AttentionInputBias), input);

        // Queries and keys lie side by side and turn alike, so one call turns both.
        var rotated = input.Columns(0, QueryColumns + KeyColumns);
        _kernels.Rope(rotated, batch.Positions, _rope.Cosines, _rope.Sines, Shape.HeadSize);
    }

    public override (PackedMatrix Weight, DeviceTensor? Bias) AttentionOutput(int layer, TokenBatch batch) =>
        (Of(batch, _layers[layer].AttentionOutput), Of(batch, _layers[layer].AttentionOutputBias));

    public override void RunMlp(int layer, TokenBatch batch, Workspace workspace)
    {
        var weights = _layers[layer];
        var hidden = workspace.Hidden(batch.RowCount);
        var normalized = workspace.Normalized(batch.RowCount);
        var gateAndUp = workspace.Mlp(batch.RowCount);
        var activated = workspace.Activated(batch.RowCount);
        _kernels.RmsNorm(hidden, Of(batch, weights.MlpNorm), _configuration.NormEpsilon, normalized);
        _kernels.MatMul(normalized, Of(batch, weights.GateAndUp), Of(batch, weights.GateAndUpBias), gateAndUp);
        _kernels.SwiGlu(gateAndUp, activated);
        _kernels.MatMul(activated, Of(batch, weights.Down), Of(batch, weights.DownBias), hidden, accumulate: true);
    }

    public override void Normalize(TokenBatch batch, MatrixView hidden, MatrixView output) =>
        _kernels.RmsNorm(hidden, Of(batch, _finalNorm!), _configuration.NormEpsilon, output);

    public override PackedMatrix Head(TokenBatch batch) => Of(batch, _head!);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            LayerList.Resize(_layers, 0);
            _rope.Dispose();
            _embedding?.Dispose();
            _finalNorm?.Dispose();
            _head?.Dispose();
        }
    }
}
