using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Transformer;

/// <summary>output = silu(gate) * up with silu(x) = x / (1 + e^-x) (Shazeer, arXiv 2002.05202).</summary>
internal sealed unsafe class SwiGluOperator(WorkerTeam team) : RowOperator(team)
{
    private CpuMatrix _gateAndUp;
    private CpuMatrix _output;

    public void Run(CpuMatrix gateAndUp, CpuMatrix output)
    {
        (_gateAndUp, _output) = (gateAndUp, output);
        RunRows(output.RowCount, output.ColumnCount);
    }

    protected override void RunRange(int firstRow, int endRow, int worker)
    {
        var columns = _output.ColumnCount;
        for (var row = firstRow; row < endRow; row++)
        {
            var gate = _gateAndUp.Row(row);
            Apply(gate, gate + columns, _output.Row(row), columns);
        }
    }

    private static void Apply(float* gate, float* up, float* output, int count)
    {
        var i = 0;
        for (; i + Lanes.Count <= count; i += Lanes.Count)
        {
            Apply(Vector512.Load(gate + i), Vector512.Load(up + i)).Store(output + i);
        }

        if (i < count)
        {
            var left = count - i;
            Lanes.StorePartial(Apply(Lanes.LoadPartial(gate + i, left), Lanes.LoadPartial(up + i, left)), output + i, left);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Apply(Vector512<float> gate, Vector512<float> up) =>
        gate / (Vector512<float>.One + Lanes.Exp(-gate)) * up;
}
