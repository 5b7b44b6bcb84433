using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.LanguageModels.Architectures;

/// <summary>The activations of a pass, allocated once and used by every layer of every pass.</summary>
internal sealed class Workspace : IDisposable
{
    private DeviceTensor _hidden;
    private DeviceTensor _normalized;
    private readonly DeviceTensor _attentionInput;
    private readonly DeviceTensor _attended;
    private readonly DeviceTensor _mlp;
    private readonly DeviceTensor? _activated;
    private readonly DeviceTensor _logits;

    /// <param name="device">Where the activations live.</param>
    /// <param name="architecture">Whose extents they have.</param>
    /// <param name="rowCount">The most tokens of a pass.</param>
    /// <param name="logitRowCount">The most rows of logits at once.</param>
    public Workspace(ComputeDevice device, Architecture architecture, int rowCount, int logitRowCount)
    {
        var shape = architecture.Shape;
        RowCapacity = rowCount;
        LogitRowCapacity = logitRowCount;
        _hidden = Allocate(device, rowCount, shape.HiddenSize);
        _normalized = Allocate(device, rowCount, shape.HiddenSize);
        _attentionInput = Allocate(device, rowCount, architecture.QueryColumns + (2 * architecture.KeyColumns));
        _attended = Allocate(device, rowCount, architecture.QueryColumns);
        _mlp = Allocate(device, rowCount, architecture.MlpColumns);
        _activated = shape.HasGatedMlp ? Allocate(device, rowCount, shape.IntermediateSize) : null;
        _logits = Allocate(device, logitRowCount, shape.VocabularySize);
    }

    public int RowCapacity { get; }

    public int LogitRowCapacity { get; }

    /// <summary>The residual stream, [rows, hidden].</summary>
    public MatrixView Hidden(int rowCount) => MatrixView.Rows(_hidden, 0, rowCount);

    /// <summary>What a block reads, [rows, hidden].</summary>
    public MatrixView Normalized(int rowCount) => MatrixView.Rows(_normalized, 0, rowCount);

    /// <summary>Queries, keys and values side by side.</summary>
    public MatrixView AttentionInput(int rowCount) => MatrixView.Rows(_attentionInput, 0, rowCount);

    /// <summary>The attention's result, [rows, query columns].</summary>
    public MatrixView Attended(int rowCount) => MatrixView.Rows(_attended, 0, rowCount);

    /// <summary>The first product of the feed-forward block.</summary>
    public MatrixView Mlp(int rowCount) => MatrixView.Rows(_mlp, 0, rowCount);

    /// <summary>The gated product, [rows, intermediate]; only where the block is gated.</summary>
    public MatrixView Activated(int rowCount) => MatrixView.Rows(_activated ?? _mlp, 0, rowCount);

    /// <summary>[rows, vocabulary].</summary>
    public MatrixView Logits(int rowCount) => MatrixView.Rows(_logits, 0, rowCount);

    /// <summary>Some logits as one run of memory, for reading them back.</summary>
    public DeviceTensor LogitRow(int row, int rowCount = 1) =>
        _logits.Slice(row * _logits.Shape.LastExtent, rowCount * _logits.Shape.LastExtent);

    /// <summary>What the one held the other holds: after the last layer the residual stream is needed no more.</summary>
    public void ExchangeHiddenAndNormalized() => (_hidden, _normalized) = (_normalized, _hidden);

    public void Dispose()
    {
        _hidden.Dispose();
        _normalized.Dispose();
        _attentionInput.Dispose();
        _attended.Dispose();
        _mlp.Dispose();
        _activated?.Dispose();
        _logits.Dispose();
    }

    private static DeviceTensor Allocate(ComputeDevice device, int rowCount, int columnCount) =>
        device.Allocate(DType.F32, new TensorShape(rowCount, columnCount));
}
