using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Transformer;

/// <summary>output = weight * input / sqrt(mean(input^2) + epsilon), row by row (Zhang and Sennrich, arXiv 1910.07467).</summary>
internal sealed unsafe class RmsNormOperator(WorkerTeam team) : RowOperator(team), IDisposable
{
    private readonly VectorParameter _weight = new();
    private CpuMatrix _input;
    private CpuMatrix _output;
    private float* _weights;
    private float _epsilon;

    public void Run(CpuMatrix input, Devices.DeviceTensor weights, int member, float epsilon, CpuMatrix output)
    {
        (_input, _output, _epsilon) = (input, output, epsilon);
        _weights = _weight.Load(weights, member, input.ColumnCount);
        RunRows(input.RowCount, input.ColumnCount);
    }

    public void Dispose() => _weight.Dispose();

    protected override void RunRange(int firstRow, int endRow, int worker)
    {
        var columns = _input.ColumnCount;
        for (var row = firstRow; row < endRow; row++)
        {
            var input = _input.Row(row);
            var scale = 1 / MathF.Sqrt((SumOfSquares(input, columns) / columns) + _epsilon);
            Scale(input, _weights, scale, _output.Row(row), columns);
        }
    }

    private static float SumOfSquares(float* input, int count)
    {
        // Two chains of additions hide the latency of one.
        var even = Vector512<float>.Zero;
        var odd = Vector512<float>.Zero;
        var i = 0;
        for (; i + (2 * Lanes.Count) <= count; i += 2 * Lanes.Count)
        {
            var first = Vector512.Load(input + i);
            var second = Vector512.Load(input + i + Lanes.Count);
            even = Vector512.FusedMultiplyAdd(first, first, even);
            odd = Vector512.FusedMultiplyAdd(second, second, odd);
        }

        for (; i < count; i += Lanes.Count)
        {
            var left = count - i;
            var values = left >= Lanes.Count ? Vector512.Load(input + i) : Lanes.LoadPartial(input + i, left);
            even = Vector512.FusedMultiplyAdd(values, values, even);
        }

        return Lanes.Sum(even + odd);
    }

    private static void Scale(float* input, float* weights, float scale, float* output, int count)
    {
        var factor = Vector512.Create(scale);
        var i = 0;
        for (; i + Lanes.Count <= count; i += Lanes.Count)
        {
            (Vector512.Load(weights + i) * (Vector512.Load(input + i) * factor)).Store(output + i);
        }

        for (; i < count; i++)
        {
            output[i] = weights[i] * (input[i] * scale);
        }
    }
}
