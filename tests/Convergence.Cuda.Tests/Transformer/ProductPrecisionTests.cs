using Convergence.Cuda.Tests.Emulation;
using Convergence.Cuda.Transformer;
using Convergence.Tensors;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Tests.Devices;

namespace Convergence.Cuda.Tests.Transformer;

/// <summary>What the precision of matrix products changes, and what it does not.</summary>
[Category(SanitizedRun.Category)]
public sealed class ProductPrecisionTests
{
    private const int Rows = 19, Inputs = 75, Outputs = 33;

    [TestCase(WeightLayout.OutputByInput)]
    [TestCase(WeightLayout.InputByOutput)]
    public void MatMul_Bf16_RoundsTheFactorsAndNothingElse(WeightLayout layout)
    {
        using var device = EmulatedDevice.Create(ProductPrecision.Bf16);
        var (values, weights) = (TestData.Uniform(1, Rows * Inputs), TestData.Uniform(2, Outputs * Inputs));
        using var weight = layout == WeightLayout.OutputByInput
            ? device.Import(HostTensor.From(weights, new TensorShape(Outputs, Inputs)))
            : device.Import(HostTensor.From(Transposed(weights), new TensorShape(Inputs, Outputs)));
        using var packed = device.Transformer.Pack([weight], layout);
        using var input = new TestMatrix(device, Rows, Inputs, values);
        using var output = new TestMatrix(device, Rows, Outputs);
        device.Transformer.MatMul(input.View, packed, bias: null, output.View);
        var expected = ReferenceOperators.MatMul(Rounded(values), Rounded(weights), bias: null, Rows, Inputs, Outputs);
        var actual = output.Read();
        Assert.That(actual.Zip(expected, (a, e) => Math.Abs(a - e)).Max(), Is.LessThan(1e-5));
    }

    [Test]
    public void Pack_Bf16_TakesHalfTheMemory()
    {
        using var device = EmulatedDevice.Create(ProductPrecision.Bf16);
        using var weight = device.Import(HostTensor.From(TestData.Uniform(2, Outputs * Inputs), new TensorShape(Outputs, Inputs)));
        var before = device.AllocatedBytes;
        using var packed = device.Transformer.Pack([weight], WeightLayout.OutputByInput);
        Assert.That(device.AllocatedBytes - before, Is.EqualTo(Outputs * Inputs * sizeof(ushort)));
    }

    [Test]
    public void Attention_HeadsBeyondTheLargest_AreRefusedWithTheCure()
    {
        const int HeadSize = AttentionKernel.MaxHeadSize + 1;
        using var device = EmulatedDevice.Create();
        using var rows = new TestMatrix(device, 1, HeadSize, new float[HeadSize]);
        Assert.That(
            () => device.Transformer.Attention(
                rows.View, rows.View, rows.View, [new AttentionSpan(0, 1, 0, 1)], new AttentionShape(1, 1, HeadSize, 1), rows.View),
            Throws.TypeOf<CudaException>().With.Message.Contains("257").And.Message.Contains("device: cpu"));
    }

    private static float[] Rounded(float[] values) => [.. values.Select(value => Rounded(value))];

    // To nearest, ties to even.
    private static float Rounded(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return BitConverter.UInt32BitsToSingle((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000);
    }

    private static float[] Transposed(float[] values) =>
        [.. Enumerable.Range(0, values.Length).Select(i => values[(i % Outputs * Inputs) + (i / Outputs)])];
}
