using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Transformer;

/// <summary>The index of each row's largest value, the lowest index among equals.</summary>
internal sealed unsafe class ArgMaxOperator(WorkerTeam team) : RowOperator(team)
{
    private CpuMatrix _values;
    private int* _indices;

    public void Run(CpuMatrix values, Span<int> indices)
    {
        _values = values;
        fixed (int* pinned = indices)
        {
            _indices = pinned;
            RunRows(values.RowCount, values.ColumnCount);
        }
    }

    protected override void RunRange(int firstRow, int endRow, int worker)
    {
        for (var row = firstRow; row < endRow; row++)
        {
            _indices[row] = FirstOfLargest(_values.Row(row), _values.ColumnCount);
        }
    }

    // The maximum first, then its first place: two plain passes over a row in cache beat carrying indices along.
    private static int FirstOfLargest(float* values, int count)
    {
        var maximum = RowMaximum.Of(values, count);
        var wanted = Vector512.Create(maximum);
        var i = 0;
        for (; i + Lanes.Count <= count; i += Lanes.Count)
        {
            var hits = Vector512.Equals(Vector512.Load(values + i), wanted).ExtractMostSignificantBits();
            if (hits != 0)
            {
                return i + System.Numerics.BitOperations.TrailingZeroCount(hits);
            }
        }

        for (; i < count; i++)
        {
            if (values[i] == maximum)
            {
                return i;
            }
        }

        // Only a row of NaN gets here.
        return 0;
    }
}
