using System.Globalization;
using System.Runtime.InteropServices;
using Convergence.Cuda.Runtime;
using Convergence.Cuda.Transformer.Arguments;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Transformer;

internal sealed partial class CudaTransformerKernels
{
    private const string AttentionModule = "transformer_attention";

    // With fewer blocks than this for each multiprocessor, some of it idles.
    private const int BusyBlocksPerMultiprocessor = 2;
    private const long MaxPartialByteCount = 64 << 20;

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

        var kernel = AttentionKernel.For(shape.HeadSize, mostRows, _precision == ProductPrecision.Bf16);
        ListSpans(sequences);
        ListItems(sequences, group, kernel.RowCount);
        var blocks = _itemValues.Count / 2;
        var slices = kernel.SlicesOf(shape.HeadSize);
        var places = PlacesOf(shape, slices);
        var stretches = StretchesOf(sequences, shape, queries.RowCount, (long)blocks * places, places);
        var arguments = new AttentionArgs
        {
            Query = queries.Argument,
            Key = keys.Argument,
            Value = values.Argument,
            Output = target.Argument,
            Spans = _spans.Upload(CollectionsMarshal.AsSpan(_spanValues)),
            Items = _items.Upload(CollectionsMarshal.AsSpan(_itemValues)),
            Partials = stretches == 1 ? 0 : _partials.Reserve(PartialByteCount(queries.RowCount, shape, stretches)),
            Heads = shape.HeadCount,
            Group = group,
            HeadSize = shape.HeadSize,
            Slices = slices,
            Stretches = stretches,
            BlockRows = kernel.RowCount,
            Scale = shape.Scale,
            Aligned = shape.HeadSize % Step == 0 ? CudaMatrix.Aligned(queries, keys, values) : 0,
        };
        var grid = new KernelGrid(blocks, places * stretches);
        Launch(AttentionModule, kernel.Name, grid, kernel.ThreadCount, kernel.SharedByteCount, arguments);
        if (stretches > 1)
        {
            Launch(AttentionModule, "join_stretches", new KernelGrid(blocks, shape.KeyValueHeadCount), BlockSize, 0, arguments);
        }
    }

    // Heads of keys, in slices: one launch holds so many.
    private static int PlacesOf(AttentionShape shape, int slices)
    {
        var places = (long)shape.KeyValueHeadCount * slices;
        return places <= KernelGrid.MaxY
            ? (int)places
            : throw new CudaException(string.Create(
                CultureInfo.InvariantCulture,
                $"Attention over {shape.KeyValueHeadCount} heads of keys of {shape.HeadSize} features is more than one launch holds "
                + $"({KernelGrid.MaxY} heads, or slices of them). Use device: cpu."));
    }

    /// <summary>
    /// In how many stretches the keys are shared out among blocks. 1, a block for all keys of its rows, unless the rows alone are too few
    /// to occupy the GPU. A row's bits are the same either way.
    /// </summary>
    private int StretchesOf(
        ReadOnlySpan<AttentionSpan> sequences, AttentionShape shape, int rowCount, long blockCount, int places)
    {
        var mostKeys = 0;
        foreach (var sequence in sequences)
        {
            mostKeys = Math.Max(mostKeys, sequence.QueryCount == 0 ? 0 : sequence.KeyCount);
        }

        var stretches = (mostKeys + AttentionKernel.Stretch - 1) / AttentionKernel.Stretch;
        return stretches > 1
            && blockCount < (long)BusyBlocksPerMultiprocessor * _runtime.Gpu.MultiprocessorCount
            && PartialByteCount(rowCount, shape, stretches) <= MaxPartialByteCount
            && (long)places * stretches <= KernelGrid.MaxY
            ? stretches
            : 1;
    }

    // Per row, head and stretch: two numbers of the softmax, and the mixed values.
    private static long PartialByteCount(int rowCount, AttentionShape shape, int stretches) =>
        (long)rowCount * shape.HeadCount * stretches * (shape.HeadSize + 2) * sizeof(float);

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
