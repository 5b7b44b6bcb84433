namespace Convergence.Tensors.Cpu.Transformer;

/// <summary>
/// An operator that treats rows independently. It keeps the current call's operands in fields and one delegate for life, so that
/// a call allocates nothing; a device is used by one caller at a time.
/// </summary>
internal abstract class RowOperator
{
    // About 5 to 10 microseconds of an element-wise operator: less is not worth waking another thread for.
    private const long ElementsPerItem = 1 << 14;

    private const int MaxItemsPerThread = 16;

    private readonly WorkerTeam _team;
    private readonly Action<int, int> _runItem;
    private int _rowCount;
    private int _itemRows;

    protected RowOperator(WorkerTeam team)
    {
        _team = team;
        _runItem = RunItem;
    }

    /// <summary>Has all rows treated, in parallel when they hold enough elements.</summary>
    protected void RunRows(int rowCount, int elementsPerRow)
    {
        var items = Math.Min((long)rowCount * Math.Max(1, elementsPerRow) / ElementsPerItem, (long)_team.ThreadCount * MaxItemsPerThread);
        if (items <= 1 || _team.ThreadCount == 1)
        {
            RunRange(0, rowCount, 0);
            return;
        }

        _rowCount = rowCount;
        _itemRows = (int)((rowCount + items - 1) / items);
        _team.Run((rowCount + _itemRows - 1) / _itemRows, _runItem);
    }

    /// <summary>Treats the rows [firstRow, endRow).</summary>
    protected abstract void RunRange(int firstRow, int endRow, int worker);

    private void RunItem(int item, int worker)
    {
        var first = item * _itemRows;
        RunRange(first, Math.Min(first + _itemRows, _rowCount), worker);
    }
}
