using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Convergence.Tensors.Cpu.Transformer;

namespace Convergence.Tensors.Cpu.Gemm;

/// <summary>
/// output (+)= input x weight^T + bias, after the blocking of Goto and van de Geijn (doi 10.1145/1356052.1356053). The weight is packed
/// beforehand. A work item is a block of rows, by all panels or a group of them: it packs its rows (second-level cache), then
/// takes panel by panel past all tiles of its rows.
/// </summary>
internal sealed unsafe class MatMulOperator : IDisposable
{
    /// <summary>
    /// 192 rows of at most 512 floats are 384 KB: with a panel of B (64 KB) they stay in a second-level cache of 1 MB, and every
    /// panel that streams in, at less than a byte per cycle, is used 192 times.
    /// </summary>
    private const int MaxBlockRows = 192;

    // Fewer rows than this use a panel too seldom; then the columns are divided instead.
    private const int MinItemRows = 48;

    // Several items per thread, so that a thread with a busy neighbour can take fewer of them.
    private const int ItemsPerThread = 8;

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
    private int _itemRows;
    private int _groupPanels;

    public MatMulOperator(WorkerTeam team, WorkerScratch scratch)
    {
        _team = team;
        _scratch = scratch;
        _runItem = RunItem;
    }

    public void Run(CpuMatrix input, CpuPackedMatrix weight, Devices.DeviceTensor? bias, CpuMatrix output, bool accumulate)
    {
        if (output.RowCount == 0 || output.ColumnCount == 0)
        {
            return;
        }

        (_input, _weight, _output, _accumulate) = (input, weight, output, accumulate);
        _biasValues = bias is null ? null : _bias.Load(bias, member: 0, weight.OutputCount);
        _depth = new DepthBlocks(weight.InputCount);
        _team.Run(Divide(), _runItem);
    }

    public void Dispose() => _bias.Dispose();

    private int Divide()
    {
        var (rows, panels) = (_output.RowCount, _weight.PanelCount);
        (_itemRows, _groupPanels) = (rows, panels);
        if (_team.ThreadCount == 1 || (long)rows * _weight.InputCount * _weight.OutputCount < MinParallelProducts)
        {
            return 1;
        }

        // Rows are divided first, since every group of columns packs its rows anew; few rows stay together and divide the columns.
        var wanted = _team.ThreadCount * ItemsPerThread;
        var even = ((rows / wanted) + TileKernel.MaxRows - 1) / TileKernel.MaxRows * TileKernel.MaxRows;
        _itemRows = Math.Clamp(even, MinItemRows, MaxBlockRows);
        var rowItems = (rows + _itemRows - 1) / _itemRows;
        var groups = Math.Min(panels, (wanted + rowItems - 1) / rowItems);
        _groupPanels = (panels + groups - 1) / groups;
        return rowItems * ((panels + _groupPanels - 1) / _groupPanels);
    }

    private void RunItem(int item, int worker)
    {
        var groupCount = (_weight.PanelCount + _groupPanels - 1) / _groupPanels;
        var firstRow = item / groupCount * _itemRows;
        var endRow = Math.Min(firstRow + _itemRows, _output.RowCount);
        var firstPanel = item % groupCount * _groupPanels;
        var endPanel = Math.Min(firstPanel + _groupPanels, _weight.PanelCount);

        // An item of a job for one thread may hold more rows than a block.
        for (var row = firstRow; row < endRow; row += MaxBlockRows)
        {
            MultiplyBlock(row, Math.Min(MaxBlockRows, endRow - row), firstPanel, endPanel, worker);
        }
    }

    [SkipLocalsInit]
    private void MultiplyBlock(int firstRow, int rowCount, int firstPanel, int endPanel, int worker)
    {
        var zeros = stackalloc float[TileKernel.Columns];
        new Span<float>(zeros, TileKernel.Columns).Clear();
        var packed = _scratch.Reserve(worker, (long)Math.Min(MaxBlockRows, _output.RowCount) * _depth.Length);
        for (var depth = 0; depth < _depth.Depth; depth += _depth.Length)
        {
            var length = Math.Min(_depth.Length, _depth.Depth - depth);
            Interleaving.PackTiles(_input.Row(firstRow) + depth, _input.Stride, rowCount, length, packed);
            for (var panel = firstPanel; panel < endPanel; panel++)
            {
                MultiplyStrip(firstRow, rowCount, panel, depth, packed, zeros);
            }
        }
    }

    [SkipLocalsInit]
    private void MultiplyStrip(int firstRow, int rowCount, int panel, int depth, float* packed, float* zeros)
    {
        var column = panel * TileKernel.Columns;
        var columnCount = Math.Min(TileKernel.Columns, _output.ColumnCount - column);
        var whole = columnCount == TileKernel.Columns;
        var edge = stackalloc float[whole ? 0 : TileKernel.MaxRows * TileKernel.Columns];
        var accumulate = _accumulate || depth > 0;
        var tile = new TileArguments
        {
            B = _weight.Panel(panel) + ((long)depth * TileKernel.Columns),
            BStep = TileKernel.Columns,
            Depth = Math.Min(_depth.Length, _depth.Depth - depth),
            Initial = depth == 0 && _biasValues != null ? _biasValues + column : zeros,
            CStep = whole ? _output.Stride : TileKernel.Columns,
            Accumulate = whole && accumulate,
        };
        for (var row = 0; row < rowCount;)
        {
            var height = TileKernel.HeightFor(rowCount - row);
            var c = _output.Row(firstRow + row) + column;
            tile.A = packed + ((long)row * tile.Depth);
            tile.AStep = height;
            tile.C = whole ? c : edge;
            if (tile.Accumulate)
            {
                Prefetch(c, height);
            }

            TileKernel.Multiply(height, tile);
            if (!whole)
            {
                CopyEdge(edge, height, columnCount, c, accumulate);
            }

            row += height;
        }
    }

    // What the result is added to is wanted only after all steps of the sum: time enough to fetch it from afar.
    private void Prefetch(float* c, int rowCount)
    {
        if (Sse.IsSupported)
        {
            for (var row = 0; row < rowCount; row++, c += _output.Stride)
            {
                Sse.Prefetch0(c);
                Sse.Prefetch0(c + (TileKernel.Columns / 2));
            }
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
