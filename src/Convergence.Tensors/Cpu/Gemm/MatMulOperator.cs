using System.Runtime.CompilerServices;
using Convergence.Tensors.Cpu.Transformer;

namespace Convergence.Tensors.Cpu.Gemm;

/// <summary>
/// output (+)= input x weight^T + bias, after the blocking of Goto and van de Geijn (doi 10.1145/1356052.1356053). The weight is packed
/// beforehand. A work item is a block of rows and a group of panels: it packs its rows (second-level cache), then takes panel by panel
/// (first-level cache) past all tiles of its rows.
/// </summary>
internal sealed unsafe class MatMulOperator : IDisposable
{
    /// <summary>96 x 320 floats of packed rows are 120 KB: a fraction of the second-level cache, and many items even for few rows.</summary>
    private const int MaxBlockRows = 96;

    // Several items per thread, so that a thread with a busy neighbour can take fewer of them.
    private const int ItemsPerThread = 4;

    // About 10 microseconds on one thread: less is not worth waking another for.
    private const long MinParallelProducts = 1 << 20;

    private readonly WorkerTeam _team;
    private readonly WorkerScratch _scratch;
    private readonly VectorParameter _bias = new();
    private readonly Action<int, int> _runItem;

    private CpuMatrix _input;
    private CpuPackedMatrix _weight = null!;
    private CpuMatrix _output;
    private float* _biasValues;
    private bool _accumulate;
    private DepthBlocks _depth;
    private int _blockRows;
    private int _rowBlockCount;
    private int _groupPanels;

    public MatMulOperator(WorkerTeam team, WorkerScratch scratch)
    {
        _team = team;
        _scratch = scratch;
        _runItem = RunItem;
    }

    public void Run(CpuMatrix input, CpuPackedMatrix weight, Devices.DeviceTensor? bias, CpuMatrix output, bool accumulate)
    {
        input.RequireExtents(output.RowCount, weight.InputCount, nameof(input));
        output.RequireExtents(input.RowCount, weight.OutputCount, nameof(output));
        if (output.RowCount == 0 || output.ColumnCount == 0)
        {
            return;
        }

        (_input, _weight, _output, _accumulate) = (input, weight, output, accumulate);
        _biasValues = bias is null ? null : _bias.Load(bias, weight.OutputCount, nameof(bias));
        _depth = new DepthBlocks(weight.InputCount);
        var itemCount = Divide();
        if (itemCount == 1)
        {
            RunItem(0, 0);
        }
        else
        {
            _team.Run(itemCount, _runItem);
        }
    }

    public void Dispose() => _bias.Dispose();

    private int Divide()
    {
        var (rows, panels) = (_output.RowCount, _weight.PanelCount);
        _blockRows = Math.Min(rows, MaxBlockRows);
        _rowBlockCount = (rows + _blockRows - 1) / _blockRows;
        _groupPanels = panels;
        if (_team.ThreadCount > 1 && (long)rows * _weight.InputCount * _weight.OutputCount >= MinParallelProducts)
        {
            var groups = Math.Min(panels, ((_team.ThreadCount * ItemsPerThread) + _rowBlockCount - 1) / _rowBlockCount);
            _groupPanels = (panels + groups - 1) / groups;
        }
        else
        {
            _rowBlockCount = 1;
            _blockRows = rows;
        }

        return _rowBlockCount * ((panels + _groupPanels - 1) / _groupPanels);
    }

    private void RunItem(int item, int worker)
    {
        var firstRow = item % _rowBlockCount * _blockRows;
        var endRow = Math.Min(firstRow + _blockRows, _output.RowCount);
        var firstPanel = item / _rowBlockCount * _groupPanels;
        var endPanel = Math.Min(firstPanel + _groupPanels, _weight.PanelCount);

        // An item of a job for one thread may hold more rows than a block.
        for (var row = firstRow; row < endRow; row += MaxBlockRows)
        {
            MultiplyBlock(row, Math.Min(MaxBlockRows, endRow - row), firstPanel, endPanel, worker);
        }
    }

    private void MultiplyBlock(int firstRow, int rowCount, int firstPanel, int endPanel, int worker)
    {
        var packed = _scratch.Reserve(worker, (long)MaxBlockRows * DepthBlocks.MaxLength);
        for (var depth = 0; depth < _depth.Depth; depth += _depth.Length)
        {
            var length = Math.Min(_depth.Length, _depth.Depth - depth);
            Interleaving.PackTiles(_input.Row(firstRow) + depth, _input.Stride, rowCount, length, packed);
            for (var panel = firstPanel; panel < endPanel; panel++)
            {
                MultiplyPanel(firstRow, rowCount, panel, depth, length, packed);
            }
        }
    }

    [SkipLocalsInit]
    private void MultiplyPanel(int firstRow, int rowCount, int panel, int depth, int length, float* packed)
    {
        var column = panel * TileKernel.Columns;
        var columnCount = Math.Min(TileKernel.Columns, _output.ColumnCount - column);
        var edge = stackalloc float[columnCount < TileKernel.Columns ? TileKernel.MaxRows * TileKernel.Columns : 0];
        var zeros = stackalloc float[TileKernel.Columns];
        new Span<float>(zeros, TileKernel.Columns).Clear();
        var tile = new TileArguments
        {
            B = _weight.Panel(panel) + ((long)depth * TileKernel.Columns),
            BStep = TileKernel.Columns,
            Depth = length,
            Initial = depth == 0 && _biasValues != null ? _biasValues + column : zeros,
        };
        var accumulate = _accumulate || depth > 0;
        for (var row = 0; row < rowCount;)
        {
            var height = TileKernel.HeightFor(rowCount - row);
            var c = _output.Row(firstRow + row) + column;
            var whole = columnCount == TileKernel.Columns;
            tile.A = packed + ((long)row * length);
            tile.AStep = height;
            tile.C = whole ? c : edge;
            tile.CStep = whole ? _output.Stride : TileKernel.Columns;
            tile.Accumulate = whole && accumulate;
            TileKernel.Multiply(height, tile);
            if (!whole)
            {
                CopyEdge(edge, height, columnCount, c, accumulate);
            }

            row += height;
        }
    }

    // The last panel's padding must not be written to the output.
    private void CopyEdge(float* edge, int rowCount, int columnCount, float* c, bool accumulate)
    {
        for (var row = 0; row < rowCount; row++, c += _output.Stride, edge += TileKernel.Columns)
        {
            for (var column = 0; column < columnCount; column++)
            {
                c[column] = accumulate ? c[column] + edge[column] : edge[column];
            }
        }
    }
}
