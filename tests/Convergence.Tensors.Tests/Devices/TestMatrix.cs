using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Tests.Devices;

/// <summary>
/// A matrix in the middle of a larger tensor whose other elements hold a sentinel, so that a kernel which writes outside its window, or
/// reads what lies outside of it, is found out.
/// </summary>
internal sealed class TestMatrix : IDisposable
{
    private const float Sentinel = float.NaN;
    private const int Margin = 3;

    private readonly ComputeDevice _device;
    private readonly DeviceTensor _tensor;
    private readonly int _stride;

    public TestMatrix(ComputeDevice device, int rowCount, int columnCount, float[]? values = null, bool strided = true)
    {
        _device = device;
        RowCount = rowCount;
        ColumnCount = columnCount;
        var margin = strided ? Margin : 0;
        _stride = columnCount + (2 * margin);
        var whole = new float[(rowCount + (2 * margin)) * _stride];
        whole.AsSpan().Fill(Sentinel);
        for (var row = 0; row < rowCount; row++)
        {
            var target = whole.AsSpan(((row + margin) * _stride) + margin, columnCount);
            if (values is not null)
            {
                values.AsSpan(row * columnCount, columnCount).CopyTo(target);
            }
        }

        _tensor = device.Import(HostTensor.From(whole, new TensorShape(rowCount + (2 * margin), _stride)));
        View = new MatrixView(_tensor, margin, rowCount, margin, columnCount);
    }

    public int RowCount { get; }

    public int ColumnCount { get; }

    public MatrixView View { get; }

    /// <summary>The window's elements, after making sure that nothing around it was written.</summary>
    public float[] Read()
    {
        var whole = new float[_tensor.ElementCount];
        if (_tensor is HostTensor host)
        {
            host.AsSpan<float>().CopyTo(whole);
        }
        else
        {
            _device.Read(_tensor, whole);
        }

        var values = new float[RowCount * ColumnCount];
        for (var index = 0; index < whole.Length; index++)
        {
            var row = (index / _stride) - View.FirstRow;
            var column = (index % _stride) - View.FirstColumn;
            if (row >= 0 && row < RowCount && column >= 0 && column < ColumnCount)
            {
                values[(row * ColumnCount) + column] = whole[index];
            }
            else
            {
                Assert.That(float.IsNaN(whole[index]), Is.True, $"An element outside the window was written: row {row}, column {column}.");
            }
        }

        return values;
    }

    public void Dispose() => _tensor.Dispose();
}
