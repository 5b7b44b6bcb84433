using System.Runtime.InteropServices;
using Convergence.Cuda.Runtime;
using Convergence.Cuda.Transformer.Arguments;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Transformer;

internal sealed partial class CudaTransformerKernels
{
    public override void Attention(
        MatrixView query, MatrixView key, MatrixView value, ReadOnlySpan<AttentionSpan> sequences, AttentionShape shape, MatrixView output)
    {
        var (queries, keys, values, target) = (CudaMatrix.Of(query), CudaMatrix.Of(key), CudaMatrix.Of(value), CudaMatrix.Of(output));
        TransformerChecks.Attention(query, key, value, sequences, shape, output);
        var group = shape.HeadCount / shape.KeyValueHeadCount;
        var mostRows = 0;
        foreach (var sequence in sequences)
        {
            mostRows = Math.Max(mostRows, checked(sequence.QueryCount * group));
        }

        if (mostRows == 0)
        {
            return;
        }

        var kernel = AttentionKernel.For(shape.HeadSize, mostRows);
        ListSpans(sequences);
        ListItems(sequences, group, kernel.RowCount);
        var grid = new KernelGrid(_itemValues.Count / 2, shape.KeyValueHeadCount);
        Launch("transformer_attention", kernel.Name, grid, kernel.ThreadCount, kernel.SharedByteCount, new AttentionArgs
        {
            Query = queries.Argument,
            Key = keys.Argument,
            Value = values.Argument,
            Output = target.Argument,
            Spans = _spans.Upload(CollectionsMarshal.AsSpan(_spanValues)),
            Items = _items.Upload(CollectionsMarshal.AsSpan(_itemValues)),
            Group = group,
            HeadSize = shape.HeadSize,
            Scale = shape.Scale,
            Aligned = shape.HeadSize % Step == 0 ? CudaMatrix.Aligned(queries, keys, values) : 0,
        });
    }

    private void ListSpans(ReadOnlySpan<AttentionSpan> sequences)
    {
        _spanValues.Clear();
        foreach (var sequence in sequences)
        {
            _spanValues.AddRange([sequence.FirstQuery, sequence.QueryCount, sequence.FirstKey, sequence.KeyCount]);
        }
    }

    /// <summary>
    /// A block for every so many rows of a sequence, given by the sequence and its first row. The last rows see the most keys: they begin
    /// first, so that no long block is left over at the end.
    /// </summary>
    private void ListItems(ReadOnlySpan<AttentionSpan> sequences, int group, int rowsPerBlock)
    {
        _itemValues.Clear();
        for (var index = 0; index < sequences.Length; index++)
        {
            var rows = sequences[index].QueryCount * group;
            for (var first = (rows - 1) / rowsPerBlock * rowsPerBlock; rows > 0 && first >= 0; first -= rowsPerBlock)
            {
                _itemValues.Add(index);
                _itemValues.Add(first);
            }
        }
    }
}
