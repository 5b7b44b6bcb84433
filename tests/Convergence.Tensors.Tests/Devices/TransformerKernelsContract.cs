using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Tests.Devices;

/// <summary>
/// What every device's transformer kernels must do, judged against float64 references. A device's own test class derives from this.
/// </summary>
public abstract partial class TransformerKernelsContract
{
    private ComputeDevice _device = null!;

    private TransformerKernels Kernels => _device.Transformer;

    [SetUp]
    public void CreateTheDevice() => _device = CreateDevice();

    [TearDown]
    public void DisposeTheDevice() => _device?.Dispose();

    protected abstract ComputeDevice CreateDevice();

    private TestMatrix Matrix(int rows, int columns, float[]? values = null) => new(_device, rows, columns, values);

    private DeviceTensor Upload(DType dtype, float[] values, out float[] held, params long[] shape)
    {
        (var tensor, held) = TestData.Tensor(dtype, values, shape);
        return _device.Import(tensor);
    }

    private DeviceTensor Upload(float[] values, params long[] shape) => Upload(DType.F32, values, out _, shape);

    private static void AssertClose(float[] actual, double[] expected, double absolute, double relative, string context = "")
    {
        Assert.That(actual, Has.Length.EqualTo(expected.Length));
        for (var index = 0; index < actual.Length; index++)
        {
            var error = Math.Abs(actual[index] - expected[index]);
            if (!(error <= absolute + (relative * Math.Abs(expected[index]))))
            {
                Assert.Fail($"{context} element {index}: {actual[index]} instead of {expected[index]}, off by {error}.");
            }
        }
    }

    private static void AssertSameBits(float[] actual, float[] expected, string context = "") =>
        Assert.That(
            actual.Select(BitConverter.SingleToUInt32Bits), Is.EqualTo(expected.Select(BitConverter.SingleToUInt32Bits)), context);
}
