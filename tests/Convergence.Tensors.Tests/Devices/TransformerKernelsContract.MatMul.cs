using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Tests.Devices;

public abstract partial class TransformerKernelsContract
{
    private static readonly int[] RowCounts = [1, 2, 3, 7, 8, 9, 12, 13, 15, 17, 63, 64, 97, 255];
    private static readonly int[] InputCounts = [1, 3, 16, 64, 321, 513];
    private static readonly int[] OutputCounts = [1, 15, 31, 33, 64, 259];

    [TestCaseSource(nameof(RowCounts))]
    public void MatMul_AwkwardExtents_MatchesFloat64(int rows)
    {
        foreach (var inputs in InputCounts)
        {
            foreach (var outputs in OutputCounts)
            {
                CheckMatMul(rows, inputs, outputs, DType.F32, WeightLayout.OutputByInput, withBias: outputs % 2 == 1, accumulate: false);
            }
        }
    }

    [Test, Combinatorial]
    public void MatMul_EveryTypeAndMode_MatchesFloat64(
        [Values(DType.F32, DType.BF16, DType.F16, DType.F64)] DType dtype,
        [Values] WeightLayout layout,
        [Values] bool withBias,
        [Values] bool accumulate)
    {
        CheckMatMul(29, 333, 71, dtype, layout, withBias, accumulate);
        CheckMatMul(1, 40, 7, dtype, layout, withBias, accumulate);
    }

    [Test]
    public void MatMul_LargeProduct_MatchesFloat64() =>
        CheckMatMul(300, 700, 500, DType.F32, WeightLayout.OutputByInput, withBias: true, accumulate: true);

    [Test]
    public void MatMul_OtherRowsInTheBatch_DoNotChangeBits()
    {
        const int Rows = 210, Inputs = 413, Outputs = 197;
        var values = TestData.Uniform(1, Rows * Inputs);
        using var weight = Upload(TestData.Uniform(2, Outputs * Inputs), Outputs, Inputs);
        using var packed = Kernels.Pack([weight], WeightLayout.OutputByInput);
        using var input = Matrix(Rows, Inputs, values);
        using var output = Matrix(Rows, Outputs);
        Kernels.MatMul(input.View, packed, null, output.View);
        var whole = output.Read();

        foreach (var (first, count) in new[] { (0, 1), (5, 2), (100, 3), (17, 12), (3, 97), (209, 1) })
        {
            using var part = Matrix(count, Outputs);
            Kernels.MatMul(input.View with { FirstRow = input.View.FirstRow + first, RowCount = count }, packed, null, part.View);
            AssertSameBits(part.Read(), whole[(first * Outputs)..((first + count) * Outputs)], $"rows {first} + {count}");
        }
    }

    [Test]
    public void MatMul_NoRows_DoesNothing()
    {
        using var weight = Upload(TestData.Uniform(2, 12), 3, 4);
        using var packed = Kernels.Pack([weight], WeightLayout.OutputByInput);
        using var input = Matrix(0, 4);
        using var output = Matrix(0, 3);
        Assert.That(() => Kernels.MatMul(input.View, packed, null, output.View), Throws.Nothing);
    }

    [Test]
    public void MatMul_WrongExtents_Throws()
    {
        using var weight = Upload(TestData.Uniform(2, 12), 3, 4);
        using var packed = Kernels.Pack([weight], WeightLayout.OutputByInput);
        using var input = Matrix(2, 5);
        using var output = Matrix(2, 3);
        Assert.That(() => Kernels.MatMul(input.View, packed, null, output.View), Throws.ArgumentException);
    }

    [Test]
    public void Pack_StackedWeights_MultipliesLikeEachAlone()
    {
        // 20 + 37 + 9 outputs: panels of any width straddle the seams; the types differ on purpose.
        const int Rows = 14, Inputs = 45;
        int[] outputs = [20, 37, 9];
        DType[] dtypes = [DType.F32, DType.BF16, DType.F16];
        using var input = Matrix(Rows, Inputs, TestData.Uniform(9, Rows * Inputs));
        var weights = outputs.Select((count, i) => Upload(dtypes[i], TestData.Uniform(i, count * Inputs), out _, count, Inputs)).ToArray();
        using var stacked = Kernels.Pack(weights, WeightLayout.OutputByInput);
        using var together = Matrix(Rows, outputs.Sum());
        Kernels.MatMul(input.View, stacked, null, together.View);
        var all = together.Read();
        var start = 0;
        for (var part = 0; part < outputs.Length; part++)
        {
            using var packed = Kernels.Pack([weights[part]], WeightLayout.OutputByInput);
            using var alone = Matrix(Rows, outputs[part]);
            Kernels.MatMul(input.View, packed, null, alone.View);
            var expected = alone.Read();
            var width = outputs[part];
            var actual = Enumerable.Range(0, Rows * width).Select(i => all[(i / width * outputs.Sum()) + start + (i % width)]).ToArray();
            AssertSameBits(actual, expected, $"part {part}");
            start += width;
        }
    }

    [Test]
    public void Pack_Reuse_OverwritesAndAllocatesNothing()
    {
        const int Inputs = 33, Outputs = 50;
        using var first = Upload(TestData.Uniform(1, Inputs * Outputs), Outputs, Inputs);
        using var second = Upload(DType.BF16, TestData.Uniform(2, Inputs * Outputs), out _, Outputs, Inputs);
        using var packed = Kernels.Pack([first], WeightLayout.OutputByInput);
        var bytes = _device.AllocatedBytes;
        Assert.That(Kernels.Pack([second], WeightLayout.OutputByInput, packed), Is.SameAs(packed));
        Assert.That(_device.AllocatedBytes, Is.EqualTo(bytes));

        using var fresh = Kernels.Pack([second], WeightLayout.OutputByInput);
        using var input = Matrix(5, Inputs, TestData.Uniform(3, 5 * Inputs));
        using var expected = Matrix(5, Outputs);
        using var actual = Matrix(5, Outputs);
        Kernels.MatMul(input.View, fresh, null, expected.View);
        Kernels.MatMul(input.View, packed, null, actual.View);
        AssertSameBits(actual.Read(), expected.Read());
    }

    [Test]
    public void Pack_Memory_IsCountedAndGivenBack()
    {
        using var weight = Upload(TestData.Uniform(1, 64 * 48), 64, 48);
        var before = _device.AllocatedBytes;
        using (Kernels.Pack([weight], WeightLayout.OutputByInput))
        {
            Assert.That(_device.AllocatedBytes, Is.GreaterThanOrEqualTo(before + (64 * 48 * sizeof(float))));
        }

        Assert.That(_device.AllocatedBytes, Is.EqualTo(before));
    }

    [Test]
    public void Pack_WrongOperands_Throws()
    {
        using var a = Upload(TestData.Uniform(1, 12), 3, 4);
        using var b = Upload(TestData.Uniform(1, 15), 3, 5);
        using var packed = Kernels.Pack([a], WeightLayout.OutputByInput);
        Assert.That(() => Kernels.Pack([a, b], WeightLayout.OutputByInput), Throws.ArgumentException);
        Assert.That(() => Kernels.Pack([b], WeightLayout.OutputByInput, packed), Throws.ArgumentException);
        Assert.That(() => Kernels.Pack([], WeightLayout.OutputByInput), Throws.ArgumentException);
    }

    private void CheckMatMul(int rows, int inputs, int outputs, DType dtype, WeightLayout layout, bool withBias, bool accumulate)
    {
        var values = TestData.Uniform(rows, rows * inputs);
        var stored = TestData.Uniform(inputs + 1, inputs * outputs);
        using var weight = layout == WeightLayout.OutputByInput
            ? Upload(dtype, stored, out var held, outputs, inputs)
            : Upload(dtype, stored, out held, inputs, outputs);
        var outputByInput = layout == WeightLayout.OutputByInput ? held : Transpose(held, inputs, outputs);
        float[]? biasValues = null;
        using var bias = withBias ? Upload(dtype, TestData.Uniform(outputs, outputs), out biasValues, outputs) : null;
        var before = TestData.Uniform(77, rows * outputs);

        using var packed = Kernels.Pack([weight], layout);
        using var input = Matrix(rows, inputs, values);
        using var output = Matrix(rows, outputs, accumulate ? before : null);
        Kernels.MatMul(input.View, packed, bias, output.View, accumulate);

        var expected = ReferenceOperators.MatMul(values, outputByInput, biasValues, rows, inputs, outputs);
        if (accumulate)
        {
            expected = [.. expected.Zip(before, (product, old) => product + old)];
        }

        // Every product is at most 1; each of the inputs + 2 additions rounds by at most half a unit of the partial sum.
        var bound = (inputs + 2) * Math.Pow(2, -24) * Math.Sqrt(inputs + 2) * 2;
        AssertClose(output.Read(), expected, bound, 0, $"{rows} x {inputs} x {outputs}");
    }

    private static float[] Transpose(float[] values, int rows, int columns) =>
        [.. Enumerable.Range(0, values.Length).Select(i => values[(i % rows * columns) + (i / rows)])];
}
