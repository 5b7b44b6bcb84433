namespace Convergence.Tensors.Devices;

/// <summary>What the operands of <see cref="TransformerKernels"/> must be, on every device; each method throws what is wrong.</summary>
internal static class TransformerChecks
{
    /// <exception cref="ArgumentException">The tensor is not a two-dimensional F32 tensor, or the window leaves it.</exception>
    public static void Matrix(MatrixView view)
    {
        if (view.Tensor is not { DType: DType.F32, Shape.Rank: 2 } tensor)
        {
            throw new ArgumentException(
                $"A matrix must be a two-dimensional F32 tensor, not {view.Tensor?.DType} {view.Tensor?.Shape}.");
        }

        var (rows, columns) = (tensor.Shape[0], tensor.Shape.LastExtent);
        if (view.FirstRow < 0 || view.RowCount < 0 || (long)view.FirstRow + view.RowCount > rows
            || view.FirstColumn < 0 || view.ColumnCount < 0 || (long)view.FirstColumn + view.ColumnCount > columns)
        {
            throw new ArgumentException(
                $"Rows {view.FirstRow} + {view.RowCount}, columns {view.FirstColumn} + {view.ColumnCount} "
                + $"leave a tensor of shape {tensor.Shape}.");
        }
    }

    /// <exception cref="ArgumentException">The extents differ.</exception>
    public static void Extents(MatrixView view, int rowCount, int columnCount, string name)
    {
        if (view.RowCount != rowCount || view.ColumnCount != columnCount)
        {
            throw new ArgumentException($"{name} must be [{rowCount}, {columnCount}], not [{view.RowCount}, {view.ColumnCount}].");
        }
    }

    /// <exception cref="ArgumentException">The tensor does not hold <paramref name="count"/> floats.</exception>
    public static void Vector(DeviceTensor tensor, long count, string name)
    {
        if (tensor.ElementCount != count || !tensor.DType.IsComputable())
        {
            throw new ArgumentException($"{name} must hold {count} floats, not {tensor.DType} {tensor.Shape}.");
        }
    }

    /// <summary>How many vectors lie in a stack, each of which goes with an equal run of the matrix's rows.</summary>
    /// <exception cref="ArgumentException">The stack does not hold whole vectors, or they do not divide the rows.</exception>
    public static int Members(DeviceTensor stack, MatrixView matrix, string name)
    {
        var count = matrix.ColumnCount == 0 ? 1 : stack.ElementCount / matrix.ColumnCount;
        Vector(stack, Math.Max(1, count) * matrix.ColumnCount, name);
        Shares(matrix, count, name);
        return (int)count;
    }

    /// <exception cref="ArgumentOutOfRangeException">An index is negative, or <paramref name="end"/> or more.</exception>
    public static void Indices(ReadOnlySpan<int> indices, long end, string name)
    {
        foreach (var index in indices)
        {
            if (index < 0 || index >= end)
            {
                throw new ArgumentOutOfRangeException(name, index, $"An index must lie inside the {end} there are.");
            }
        }
    }

    public static void Embed(DeviceTensor table, ReadOnlySpan<int> ids, MatrixView output)
    {
        if (table is not { Shape.Rank: 2 } || !table.DType.IsComputable())
        {
            throw new ArgumentException($"The table must be a float matrix, not {table.DType} {table.Shape}.", nameof(table));
        }

        Extents(output, ids.Length, checked((int)table.Shape.LastExtent), nameof(output));
        Indices(ids, table.Shape[0], nameof(ids));
    }

    public static void MatMul(MatrixView input, PackedMatrix weight, DeviceTensor? bias, MatrixView output)
    {
        Extents(input, output.RowCount, weight.InputCount, nameof(input));
        Extents(output, input.RowCount, weight.OutputCount, nameof(output));
        Shares(output, weight.MemberCount, nameof(weight));
        if (bias is not null)
        {
            Vector(bias, (long)weight.MemberCount * weight.OutputCount, nameof(bias));
        }
    }

    public static void ScatterRows(MatrixView source, ReadOnlySpan<int> destinationRows, MatrixView destination)
    {
        Extents(source, destinationRows.Length, destination.ColumnCount, nameof(source));
        Indices(destinationRows, destination.RowCount, nameof(destinationRows));
    }

    public static void GatherRows(MatrixView source, ReadOnlySpan<int> sourceRows, MatrixView destination)
    {
        Extents(destination, sourceRows.Length, source.ColumnCount, nameof(destination));
        Indices(sourceRows, source.RowCount, nameof(sourceRows));
    }

    public static void Rope(MatrixView heads, ReadOnlySpan<int> positions, MatrixView cosines, MatrixView sines, int headSize)
    {
        if (headSize <= 0 || headSize % 2 != 0 || heads.ColumnCount % headSize != 0)
        {
            throw new ArgumentException($"{heads.ColumnCount} columns are not whole heads of an even size {headSize}.", nameof(headSize));
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(positions.Length, heads.RowCount);
        Extents(sines, cosines.RowCount, headSize / 2, nameof(sines));
        Extents(cosines, sines.RowCount, headSize / 2, nameof(cosines));
        Indices(positions, cosines.RowCount, nameof(positions));
    }

    public static void Attention(
        MatrixView query, MatrixView key, MatrixView value, ReadOnlySpan<AttentionSpan> sequences, AttentionShape shape, MatrixView output)
    {
        if (shape.HeadSize < 1 || shape.KeyValueHeadCount < 1 || shape.HeadCount < 1 || shape.HeadCount % shape.KeyValueHeadCount != 0)
        {
            throw new ArgumentException($"{shape} is not a whole number of query heads per key/value head.", nameof(shape));
        }

        Extents(query, output.RowCount, shape.HeadCount * shape.HeadSize, nameof(query));
        Extents(output, query.RowCount, shape.HeadCount * shape.HeadSize, nameof(output));
        Extents(key, value.RowCount, shape.KeyValueHeadCount * shape.HeadSize, nameof(key));
        Extents(value, key.RowCount, shape.KeyValueHeadCount * shape.HeadSize, nameof(value));
        foreach (var span in sequences)
        {
            if (span.FirstQuery < 0 || span.QueryCount < 0 || (long)span.FirstQuery + span.QueryCount > query.RowCount
                || span.FirstKey < 0 || span.KeyCount < span.QueryCount || (long)span.FirstKey + span.KeyCount > key.RowCount)
            {
                throw new ArgumentException(
                    $"{span} leaves the {query.RowCount} query rows or {key.RowCount} key rows.", nameof(sequences));
            }
        }
    }

    public static void LogProbabilities(MatrixView logits, ReadOnlySpan<int> targets, ReadOnlySpan<float> logProbabilities)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(targets.Length, logits.RowCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(logProbabilities.Length, logits.RowCount);
        Indices(targets, logits.ColumnCount, nameof(targets));
    }

    public static void ArgMax(MatrixView logits, ReadOnlySpan<int> indices)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(indices.Length, logits.RowCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(logits.ColumnCount, 1);
    }

    /// <returns>The extents of the packed matrix.</returns>
    public static (int Outputs, int Inputs) Pack(
        ReadOnlySpan<DeviceTensor> weights, WeightLayout layout, PackedMatrix? reuse, int member, int memberCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(member);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(member, memberCount);
        if (weights.IsEmpty)
        {
            throw new ArgumentException("There is no weight to pack.", nameof(weights));
        }

        long outputs = 0;
        long inputs = -1;
        foreach (var weight in weights)
        {
            if (weight is not { Shape.Rank: 2 } || !weight.DType.IsComputable())
            {
                throw new ArgumentException($"A weight must be a float matrix, not {weight.DType} {weight.Shape}.", nameof(weights));
            }

            var (rows, columns) = (weight.Shape[0], weight.Shape[1]);
            var (weightOutputs, weightInputs) = layout == WeightLayout.OutputByInput ? (rows, columns) : (columns, rows);
            if (inputs >= 0 && inputs != weightInputs)
            {
                throw new ArgumentException($"Stacked weights need equal input counts, not {inputs} and {weightInputs}.", nameof(weights));
            }

            inputs = weightInputs;
            outputs += weightOutputs;
        }

        if (reuse is not null && (reuse.OutputCount != outputs || reuse.InputCount != inputs || reuse.MemberCount != memberCount))
        {
            throw new ArgumentException(
                $"{reuse.MemberCount} packed matrices of {reuse.OutputCount} x {reuse.InputCount} "
                + $"cannot hold {memberCount} of {outputs} x {inputs}.",
                nameof(reuse));
        }

        return (checked((int)outputs), checked((int)inputs));
    }

    private static void Shares(MatrixView matrix, long memberCount, string name)
    {
        if (matrix.RowCount % memberCount != 0)
        {
            throw new ArgumentException($"{matrix.RowCount} rows are not as many for each of {memberCount} models.", name);
        }
    }
}
