using Convergence.Cuda.Tests.Emulation;
using Convergence.Tensors;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Tests.Devices;

namespace Convergence.Cuda.Tests.Transformer;

/// <summary>What the precision of matrix products changes, and what it does not.</summary>
[Category(SanitizedRun.Category)]
public sealed class ProductPrecisionTests
{
    private const int Rows = 19, Inputs = 75, Outputs = 33;

    [Test]
    public void MatMul_RoundsTheFactorsAndNothingElse(
        [Values(WeightLayout.OutputByInput, WeightLayout.InputByOutput)] WeightLayout layout,
        [Values(ProductPrecision.Bf16, ProductPrecision.Tf32)] ProductPrecision precision)
    {
        var dropped = precision == ProductPrecision.Bf16 ? 16 : 13;
        using var device = EmulatedDevice.Create(precision);
        var (values, weights) = (TestData.Uniform(1, Rows * Inputs), TestData.Uniform(2, Outputs * Inputs));
        using var weight = layout == WeightLayout.OutputByInput
            ? device.Import(HostTensor.From(weights, new TensorShape(Outputs, Inputs)))
            : device.Import(HostTensor.From(Transposed(weights), new TensorShape(Inputs, Outputs)));
        using var packed = device.Transformer.Pack([weight], layout);
        using var input = new TestMatrix(device, Rows, Inputs, values);
        using var output = new TestMatrix(device, Rows, Outputs);
        device.Transformer.MatMul(input.View, packed, bias: null, output.View);
        var expected = ReferenceOperators.MatMul(
            Rounded(values, dropped), Rounded(weights, dropped), bias: null, Rows, Inputs, Outputs);
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

    // A prompt; decoding steps whose keys lie on both sides of a stretch's end; queries that see one such end between them.
    [TestCase(4, 2, 40)]
    [TestCase(2, 2, 100)]
    [TestCase(2, 1, 200)]
    [TestCase(1, 1, 300)]
    public void Attention_Bf16_RoundsTheInputsAndNothingElse(int heads, int keyValueHeads, int headSize)
    {
        AttentionSpan[][] batches =
        [
            [new AttentionSpan(0, 70, 0, 70)],
            [new AttentionSpan(0, 1, 0, 600), new AttentionSpan(1, 3, 600, 513)],
        ];
        foreach (var spans in batches)
        {
            using var device = EmulatedDevice.Create(ProductPrecision.Bf16);
            var queries = spans.Sum(span => span.QueryCount);
            var keys = spans.Sum(span => span.KeyCount);

            // A power of two: what is rounded after the scale is what was rounded before it.
            var shape = new AttentionShape(heads, keyValueHeads, headSize, 0.125f);
            var q = TestData.Uniform(1, queries * heads * headSize, 2);
            var k = TestData.Uniform(2, keys * keyValueHeads * headSize, 2);
            var v = TestData.Uniform(3, keys * keyValueHeads * headSize);
            using var query = new TestMatrix(device, queries, heads * headSize, q, strided: false);
            using var key = new TestMatrix(device, keys, keyValueHeads * headSize, k, strided: false);
            using var value = new TestMatrix(device, keys, keyValueHeads * headSize, v, strided: false);
            using var output = new TestMatrix(device, queries, heads * headSize);
            device.Transformer.Attention(query.View, key.View, value.View, spans, shape, output.View);
            var expected = ReferenceOperators.Attention(Rounded(q), Rounded(k), Rounded(v), spans, shape);
            Assert.That(output.Read().Zip(expected, (a, e) => Math.Abs(a - e)).Max(), Is.LessThan(2e-6));
        }
    }

    private static float[] Rounded(float[] values, int dropped = 16) => [.. values.Select(value => Rounded(value, dropped))];

    // To nearest, ties to even.
    private static float Rounded(float value, int dropped)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        var half = (1u << (dropped - 1)) - 1;
        return BitConverter.UInt32BitsToSingle((bits + half + ((bits >> dropped) & 1)) & (uint.MaxValue << dropped));
    }

    private static float[] Transposed(float[] values) =>
        [.. Enumerable.Range(0, values.Length).Select(i => values[(i % Outputs * Inputs) + (i / Outputs)])];
}
