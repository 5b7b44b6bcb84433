using System.Runtime.Intrinsics;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Transformer;

/// <summary>output[r] (+)= table[ids[r]], widened.</summary>
internal sealed unsafe class EmbedOperator(WorkerTeam team, WorkerScratch scratch) : RowOperator(team)
{
    private HostTensor _table = null!;
    private CpuMatrix _output;
    private int* _ids;
    private bool _accumulate;

    public void Run(DeviceTensor table, ReadOnlySpan<int> ids, CpuMatrix output, bool accumulate)
    {
        (_table, _output, _accumulate) = ((HostTensor)table, output, accumulate);
        fixed (int* pinned = ids)
        {
            _ids = pinned;
            RunRows(ids.Length, output.ColumnCount);
        }

        _table = null!;
    }

    protected override void RunRange(int firstRow, int endRow, int worker)
    {
        var columns = _output.ColumnCount;
        var rowBytes = (long)columns * _table.DType.ByteCount();
        var widened = _accumulate ? scratch.Reserve(worker, columns) : null;
        for (var row = firstRow; row < endRow; row++)
        {
            var source = _table.Pointer + (_ids[row] * rowBytes);
            FloatConversion.Widen(_table.DType, source, _accumulate ? widened : _output.Row(row), columns);
            if (_accumulate)
            {
                Add(widened, _output.Row(row), columns);
            }
        }
    }

    private static void Add(float* values, float* output, int count)
    {
        var i = 0;
        for (; i + Lanes.Count <= count; i += Lanes.Count)
        {
            (Vector512.Load(output + i) + Vector512.Load(values + i)).Store(output + i);
        }

        for (; i < count; i++)
        {
            output[i] += values[i];
        }
    }
}
