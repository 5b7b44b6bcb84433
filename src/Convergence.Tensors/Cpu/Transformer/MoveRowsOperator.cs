namespace Convergence.Tensors.Cpu.Transformer;

/// <summary>Copies rows: gathers them from, or scatters them to, rows that a list of indices names.</summary>
internal sealed unsafe class MoveRowsOperator(WorkerTeam team) : RowOperator(team)
{
    private CpuMatrix _source;
    private CpuMatrix _destination;
    private int* _indices;
    private bool _scatter;

    /// <summary>destination[indices[r]] = source[r].</summary>
    public void Scatter(CpuMatrix source, ReadOnlySpan<int> destinationRows, CpuMatrix destination)
    {
        Run(source, destinationRows, destination, scatter: true);
    }

    /// <summary>destination[r] = source[indices[r]].</summary>
    public void Gather(CpuMatrix source, ReadOnlySpan<int> sourceRows, CpuMatrix destination)
    {
        Run(source, sourceRows, destination, scatter: false);
    }

    protected override void RunRange(int firstRow, int endRow, int worker)
    {
        var byteCount = (long)_source.ColumnCount * sizeof(float);
        for (var row = firstRow; row < endRow; row++)
        {
            var source = _source.Row(_scatter ? row : _indices[row]);
            var destination = _destination.Row(_scatter ? _indices[row] : row);
            Buffer.MemoryCopy(source, destination, byteCount, byteCount);
        }
    }

    private void Run(CpuMatrix source, ReadOnlySpan<int> indices, CpuMatrix destination, bool scatter)
    {
        (_source, _destination, _scatter) = (source, destination, scatter);
        fixed (int* pinned = indices)
        {
            _indices = pinned;
            RunRows(indices.Length, source.ColumnCount);
        }
    }
}
