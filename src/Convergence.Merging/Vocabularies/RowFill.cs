using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>The rows that stand where a model has none: zeros, and the mean of the model's rows. Made when first asked for.</summary>
internal sealed class RowFill : IDisposable
{
    private readonly ComputeDevice _device;
    private readonly Lazy<DeviceTensor> _zero;
    private readonly Lazy<DeviceTensor> _mean;

    public RowFill(DeviceTensor own, ReadOnlySpan<int> rows, long width, ComputeDevice device)
    {
        _device = device;
        var used = rows.ToArray().Where(row => row >= 0).ToArray();
        _zero = new Lazy<DeviceTensor>(() => Make(new float[width]));
        _mean = new Lazy<DeviceTensor>(() => Make(MeanOf(own, used, width)));
    }

    public DeviceTensor Zero => _zero.Value;

    public DeviceTensor Mean => _mean.Value;

    public void Dispose()
    {
        foreach (var row in new[] { _zero, _mean }.Where(row => row.IsValueCreated))
        {
            row.Value.Dispose();
        }
    }

    private float[] MeanOf(DeviceTensor own, int[] used, long width)
    {
        var sum = new double[width];
        var values = new float[width];
        foreach (var row in used)
        {
            _device.Read(own.Slice(row * width, width), values);
            for (var column = 0; column < values.Length; column++)
            {
                sum[column] += values[column];
            }
        }

        return [.. sum.Select(value => used.Length == 0 ? 0 : (float)(value / used.Length))];
    }

    private DeviceTensor Make(float[] values)
    {
        var tensor = _device.Allocate(DType.F32, new TensorShape(values.Length));
        _device.Write(values, tensor);
        return tensor;
    }
}
