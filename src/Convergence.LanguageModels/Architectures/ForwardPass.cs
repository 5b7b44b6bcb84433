using Convergence.Tensors.Devices;

namespace Convergence.LanguageModels.Architectures;

/// <summary>The order of a decoder-only transformer's pass, for every architecture and device.</summary>
internal static class ForwardPass
{
    /// <summary>
    /// Runs a batch through all layers and leaves the final hidden states of its output rows, normalised, in the first rows of
    /// <see cref="Workspace.Normalized"/>.
    /// </summary>
    /// <param name="device">Where to compute.</param>
    /// <param name="architecture">The model.</param>
    /// <param name="batch">At most as many tokens as the workspace has rows.</param>
    /// <param name="workspace">The activations.</param>
    /// <param name="cache">
    /// Earlier keys and values, to which the batch's are added; <see langword="null"/> when all sequences start here.
    /// </param>
    public static void Run(ComputeDevice device, Architecture architecture, TokenBatch batch, Workspace workspace, KeyValueCache? cache)
    {
        var hidden = workspace.Hidden(batch.RowCount);
        architecture.Embed(batch, hidden);
        for (var layer = 0; layer < architecture.Shape.LayerCount; layer++)
        {
            architecture.ProjectAttentionInput(layer, batch, workspace);
            Attend(device, architecture, layer, batch, workspace, cache);
            var (weight, bias) = architecture.AttentionOutput(layer, batch);
            device.Transformer.MatMul(workspace.Attended(batch.RowCount), weight, bias, hidden, accumulate: true);
            architecture.RunMlp(layer, batch, workspace);
        }

        if (batch.WantsAllRows)
        {
            architecture.Normalize(batch, hidden, workspace.Normalized(batch.RowCount));
            return;
        }

        if (batch.MemberCount > 1)
        {
            // Parts mix the models' rows, each of which has its own norm: it is applied while they still lie model by model.
            architecture.Normalize(batch, hidden, workspace.Normalized(batch.RowCount));
            device.Transformer.GatherRows(
                workspace.Normalized(batch.RowCount), batch.OutputRows, workspace.Hidden(batch.OutputCount));
            workspace.ExchangeHiddenAndNormalized();
            return;
        }

        var picked = workspace.Normalized(batch.OutputCount);
        device.Transformer.GatherRows(hidden, batch.OutputRows, picked);
        architecture.Normalize(batch, picked, picked);
    }

    /// <summary>
    /// Logits of some of the output rows, in the first rows of <see cref="Workspace.Logits"/>; of several models, those of a part
    /// (<see cref="TokenBatch.Spread"/>).
    /// </summary>
    public static MatrixView ProjectLogits(
        ComputeDevice device, Architecture architecture, TokenBatch batch, Workspace workspace, int firstOutput, int count)
    {
        var logits = workspace.Logits(count);
        var input = workspace.Normalized(firstOutput + count) with { FirstRow = firstOutput, RowCount = count };
        device.Transformer.MatMul(input, architecture.Head(batch), bias: null, logits);
        return logits;
    }

    private static void Attend(
        ComputeDevice device, Architecture architecture, int layer, TokenBatch batch, Workspace workspace, KeyValueCache? cache)
    {
        var input = workspace.AttentionInput(batch.RowCount);
        var query = input.Columns(0, architecture.QueryColumns);
        var key = input.Columns(architecture.QueryColumns, architecture.KeyColumns);
        var value = input.Columns(architecture.QueryColumns + architecture.KeyColumns, architecture.KeyColumns);
        if (cache is not null)
        {
            var keysAndValues = input.Columns(architecture.QueryColumns, 2 * architecture.KeyColumns);
            device.Transformer.ScatterRows(keysAndValues, batch.CacheRows, cache.KeysAndValues(layer));
            key = cache.Keys(layer);
            value = cache.Values(layer);
        }

        device.Transformer.Attention(query, key, value, batch.Spans, architecture.AttentionShape, workspace.Attended(batch.RowCount));
    }
}
