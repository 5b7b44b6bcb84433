using System.Runtime.Intrinsics;

namespace Convergence.Tensors.Cpu.Transformer;

/// <summary>
/// output = weight * (input - mean) / sqrt(variance + epsilon) + bias, row by row (Ba, Kiros and Hinton, arXiv 1607.06450).
/// </summary>
internal sealed unsafe class LayerNormOperator(WorkerTeam team) : RowOperator(team), IDisposable
{
    private readonly VectorParameter _weight = new();
    private readonly VectorParameter _bias = new();
    private CpuMatrix _input;
    private CpuMatrix _output;
    private float* _weights;
    private float* _biases;
    private float _epsilon;

    public void Run(
        CpuMatrix input, Devices.DeviceTensor weights, Devices.DeviceTensor biases, int member, float epsilon, CpuMatrix output)
    {
        (_input, _output, _epsilon) = (input, output, epsilon);
        _weights = _weight.Load(weights, member, input.ColumnCount);
        _biases = _bias.Load(biases, member, input.ColumnCount);
        RunRows(input.RowCount, input.ColumnCount);
    }

    public void Dispose()
    {
        _weight.Dispose();
        _bias.Dispose();
    }

    protected override void RunRange(int firstRow, int endRow, int worker)
    {
        var columns = _input.ColumnCount;
        for (var row = firstRow; row < endRow; row++)
        {
            // The variance is taken from the deviations, not from a difference of large sums, which would cancel.
            var input = _input.Row(row);
            var mean = Sum(input, columns) / columns;
            var variance = SumOfSquaredDeviations(input, mean, columns) / columns;
            Normalize(input, mean, 1 / MathF.Sqrt(variance + _epsilon), _output.Row(row), columns);
        }
    }

    private static float Sum(float* input, int count)
    {
        var sum = Vector512<float>.Zero;
        for (var i = 0; i < count; i += Lanes.Count)
        {
            var left = count - i;
            sum += left >= Lanes.Count ? Vector512.Load(input + i) : Lanes.LoadPartial(input + i, left);
        }

        return Lanes.Sum(sum);
    }

    private static float SumOfSquaredDeviations(float* input, float mean, int count)
    {
        var center = Vector512.Create(mean);
        var sum = Vector512<float>.Zero;
        var i = 0;
        for (; i + Lanes.Count <= count; i += Lanes.Count)
        {
            var deviation = Vector512.Load(input + i) - center;
            sum = Vector512.FusedMultiplyAdd(deviation, deviation, sum);
        }

        if (i < count)
        {
            // Lanes behind the end hold 0 - mean; they are cleared before they count.
            var inside = Vector512.LessThan(Lanes.Indices, Vector512.Create(count - i)).AsSingle();
            var deviation = (Lanes.LoadPartial(input + i, count - i) - center) & inside;
            sum = Vector512.FusedMultiplyAdd(deviation, deviation, sum);
        }

        return Lanes.Sum(sum);
    }

    private void Normalize(float* input, float mean, float scale, float* output, int count)
    {
        var center = Vector512.Create(mean);
        var factor = Vector512.Create(scale);
        for (var i = 0; i < count; i += Lanes.Count)
        {
            var left = count - i;
            var weights = Vector512.Load(_weights + i);
            var biases = Vector512.Load(_biases + i);
            var values = left >= Lanes.Count ? Vector512.Load(input + i) : Lanes.LoadPartial(input + i, left);
            var result = Vector512.FusedMultiplyAdd((values - center) * factor, weights, biases);
            if (left >= Lanes.Count)
            {
                result.Store(output + i);
            }
            else
            {
                Lanes.StorePartial(result, output + i, left);
            }
        }
    }
}
