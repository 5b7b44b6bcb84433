using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Tests.Devices.Merging;

/// <summary>
/// What every device's merge kernels must do, judged against references written down plainly, over awkward lengths and mixed types.
/// A device's own test class derives from this.
/// </summary>
public abstract partial class MergeKernelsContract
{
    // The output's type, the base's, the inputs'.
    private static readonly DType[][] TypeMixes =
    [
        [DType.F32, DType.F32, DType.F32, DType.F32, DType.F32],
        [DType.F64, DType.F32, DType.BF16, DType.F32, DType.F16],
        [DType.F64, DType.F64, DType.F32, DType.F64, DType.BF16],
        [DType.F32, DType.BF16, DType.BF16, DType.BF16, DType.BF16],
        [DType.F16, DType.F16, DType.F16, DType.F32, DType.F16],
        [DType.BF16, DType.F64, DType.F64, DType.F64, DType.F64],
    ];

    private ComputeDevice _device = null!;

    private MergeKernels Kernels => _device.Merging;

    [OneTimeSetUp]
    public void CreateTheDevice() => _device = CreateDevice();

    [OneTimeTearDown]
    public void DisposeTheDevice() => _device?.Dispose();

    protected abstract ComputeDevice CreateDevice();

    private static IEnumerable<object[]> Cases() =>
        from mix in TypeMixes
        from length in MergeCases.Lengths
        where length < 10_000 || mix == TypeMixes[0]
        select new object[] { mix, length };

    // See MergeCases.Tensors.
    private (DeviceTensor Base, DeviceTensor[] Inputs) Tensors(int length, DType baseType, params DType[] inputTypes)
    {
        var (origin, inputs) = MergeCases.Tensors(length, baseType, inputTypes);
        return (_device.Import(origin), Array.ConvertAll(inputs, input => _device.Import((HostTensor)input)));
    }

    private DeviceTensor Tensor(DType dtype, IEnumerable<float> values) => _device.Import(MergeCases.Tensor(dtype, values));

    private DeviceTensor Allocate(DType dtype, TensorShape shape) => _device.Allocate(dtype, shape);

    private double[] Doubles(DeviceTensor tensor) => MergeCases.Doubles(_device.Export(tensor));

    private void AssertSameBits(DeviceTensor actual, DeviceTensor expected, string context = "") =>
        Assert.That(MergeCases.BytesOf(_device, actual).AsSpan().SequenceEqual(MergeCases.BytesOf(_device, expected)), context);

    // Rounded once from float64: at most the float64 noise of another order of additions may show, where it lands on a tie of roundings.
    private void AssertEqual(DeviceTensor output, double[] expected, string kernel)
    {
        var rounded = output.DType == DType.F64 ? expected : MergeCases.Doubles(Round(expected, output.DType));
        var actual = Doubles(output);
        var step = output.DType switch { DType.F64 => 1e-14, DType.F32 => 1.2e-7, DType.F16 => 1e-3, _ => 8e-3 };
        var different = 0;
        for (var element = 0; element < expected.Length; element++)
        {
            if (actual[element] != rounded[element])
            {
                different++;
                Assert.That(
                    actual[element],
                    Is.EqualTo(expected[element]).Within(step * (1 + Math.Abs(expected[element]))),
                    $"{kernel} [{element}]");
            }
        }

        Assert.That(different, Is.LessThanOrEqualTo(output.DType == DType.F64 ? expected.Length : 2 + (expected.Length / 50)), kernel);
    }

    private static HostTensor Round(double[] values, DType dtype)
    {
        var tensor = HostTensor.Allocate(dtype, new TensorShape(values.Length));
        for (var index = 0; index < values.Length; index++)
        {
            switch (dtype)
            {
                case DType.F32:
                    tensor.AsSpan<float>()[index] = (float)values[index];
                    break;
                case DType.F16:
                    tensor.AsSpan<Half>()[index] = (Half)values[index];
                    break;
                default:
                    tensor.AsSpan<ushort>()[index] = ToBf16(values[index]);
                    break;
            }
        }

        return tensor;
    }

    // The nearest of the candidates around the value, the even one of two.
    private static ushort ToBf16(double value)
    {
        var below = (ushort)(BitConverter.SingleToUInt32Bits((float)value) >> 16);
        return new[] { (ushort)(below - 1), below, (ushort)(below + 1) }
            .OrderBy(bits => Math.Abs(BitConverter.UInt32BitsToSingle((uint)bits << 16) - value)).ThenBy(bits => bits & 1).First();
    }
}
