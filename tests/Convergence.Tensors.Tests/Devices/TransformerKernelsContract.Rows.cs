using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Tests.Devices;

public abstract partial class TransformerKernelsContract
{
    private const double RowTolerance = 2e-6;

    private static int[] Lengths => TestData.AwkwardLengths;

    [Test]
    public void RmsNorm_AwkwardLengths_MatchesFloat64(
        [ValueSource(nameof(Lengths))] int columns, [Values(DType.F32, DType.BF16, DType.F16)] DType dtype)
    {
        const int Rows = 5;
        var values = TestData.Uniform(columns, Rows * columns, 3);
        using var weight = Upload(dtype, TestData.Uniform(4, columns), out var held, columns);
        using var input = Matrix(Rows, columns, values);
        using var output = Matrix(Rows, columns);
        Kernels.RmsNorm(input.View, weight, 1e-5f, output.View);
        AssertClose(output.Read(), ReferenceOperators.RmsNorm(values, held, 1e-5f, Rows), RowTolerance, RowTolerance);
    }

    [Test]
    public void LayerNorm_AwkwardLengths_MatchesFloat64(
        [ValueSource(nameof(Lengths))] int columns, [Values(DType.F32, DType.BF16, DType.F16)] DType dtype)
    {
        const int Rows = 5;
        var values = TestData.Uniform(columns, Rows * columns, 3);
        using var weight = Upload(dtype, TestData.Uniform(4, columns), out var scales, columns);
        using var bias = Upload(dtype, TestData.Uniform(5, columns), out var shifts, columns);
        using var input = Matrix(Rows, columns, values);
        using var output = Matrix(Rows, columns);
        Kernels.LayerNorm(input.View, weight, bias, 1e-5f, output.View);
        AssertClose(output.Read(), ReferenceOperators.LayerNorm(values, scales, shifts, 1e-5f, Rows), RowTolerance, RowTolerance);
    }

    [Test]
    public void LayerNorm_LargeMean_DoesNotCancel()
    {
        const int Columns = 513;
        var values = TestData.Uniform(1, Columns).Select(value => 1000 + value).ToArray();
        var (ones, zeros) = (Enumerable.Repeat(1f, Columns).ToArray(), new float[Columns]);
        using var weight = Upload(ones, Columns);
        using var bias = Upload(zeros, Columns);
        using var input = Matrix(1, Columns, values);
        using var output = Matrix(1, Columns);
        Kernels.LayerNorm(input.View, weight, bias, 1e-5f, output.View);
        AssertClose(output.Read(), ReferenceOperators.LayerNorm(values, ones, zeros, 1e-5f, 1), 5e-4, 0);
    }

    [TestCase(2)]
    [TestCase(6)]
    [TestCase(16)]
    [TestCase(34)]
    [TestCase(64)]
    [TestCase(128)]
    public void Rope_HeadSizes_MatchFloat64(int headSize)
    {
        const int Rows = 9, Heads = 3, Positions = 20;
        var values = TestData.Uniform(1, Rows * Heads * headSize);
        var positions = TestData.Integers(2, Rows, Positions);
        var angles = Enumerable.Range(0, Positions * headSize / 2).Select(i => i * 0.37).ToArray();
        var cosines = angles.Select(angle => (float)Math.Cos(angle)).ToArray();
        var sines = angles.Select(angle => (float)Math.Sin(angle)).ToArray();
        using var cosineTable = Upload(cosines, Positions, headSize / 2);
        using var sineTable = Upload(sines, Positions, headSize / 2);
        using var heads = Matrix(Rows, Heads * headSize, values);
        Kernels.Rope(heads.View, positions, cosineTable, sineTable, headSize);
        AssertClose(
            heads.Read(),
            ReferenceOperators.Rope(values, positions, cosines, sines, headSize, Heads * headSize),
            RowTolerance,
            RowTolerance);
    }

    [Test]
    public void Rope_PositionOutsideTheTable_Throws()
    {
        using var table = Upload(new float[8], 4, 2);
        using var heads = Matrix(1, 4, new float[4]);
        Assert.That(() => Kernels.Rope(heads.View, [4], table, table, 4), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [TestCaseSource(nameof(Lengths))]
    public void SwiGlu_AwkwardLengths_MatchesFloat64(int columns)
    {
        const int Rows = 6;
        var values = TestData.Uniform(columns, Rows * 2 * columns, 12);
        using var input = Matrix(Rows, 2 * columns, values);
        using var output = Matrix(Rows, columns);
        Kernels.SwiGlu(input.View, output.View);
        var expected = Enumerable.Range(0, Rows * columns)
            .Select(i => (i / columns * 2 * columns) + (i % columns))
            .Select(i => ReferenceOperators.SwiGlu(values[i], values[i + columns])).ToArray();
        AssertClose(output.Read(), expected, 1e-6, RowTolerance);
    }

    [Test]
    public void SwiGlu_ExtremeGates_StayFinite()
    {
        float[] gates = [-1e30f, -200, -88, 0, 88, 200, 1e30f];
        using var input = Matrix(1, 14, [.. gates, .. Enumerable.Repeat(1f, 7)]);
        using var output = Matrix(1, 7);
        Kernels.SwiGlu(input.View, output.View);
        AssertClose(output.Read(), [.. gates.Select(gate => (double)Math.Max(gate, 0))], 1e-6, 1e-6);
    }

    [Test, Combinatorial]
    public void Gelu_AwkwardLengths_MatchesFloat64([ValueSource(nameof(Lengths))] int columns, [Values] GeluForm form)
    {
        const int Rows = 6;
        var values = TestData.Uniform(columns, Rows * columns, 6);
        using var matrix = Matrix(Rows, columns, values);
        Kernels.Gelu(matrix.View, form);
        var expected = values.Select(
            value => form == GeluForm.Tanh ? ReferenceOperators.GeluTanh(value) : ReferenceOperators.GeluExact(value));
        AssertClose(matrix.Read(), [.. expected], 6e-7, RowTolerance);
    }

    [Test, Combinatorial]
    public void Embed_EveryType_CopiesOrAddsRows(
        [ValueSource(nameof(Lengths))] int columns,
        [Values(DType.F32, DType.BF16, DType.F16, DType.F64)] DType dtype,
        [Values] bool accumulate)
    {
        const int TableRows = 11;
        var ids = TestData.Integers(3, 23, TableRows);
        using var table = Upload(dtype, TestData.Uniform(1, TableRows * columns), out var held, TableRows, columns);
        var before = TestData.Uniform(2, ids.Length * columns);
        using var output = Matrix(ids.Length, columns, before);
        Kernels.Embed(table, ids, output.View, accumulate);
        var expected = before.Select((old, i) => held[(ids[i / columns] * columns) + (i % columns)] + (accumulate ? old : 0)).ToArray();
        AssertSameBits(output.Read(), expected);
    }

    [TestCase(-1)]
    [TestCase(3)]
    public void Embed_IdOutsideTheTable_Throws(int id)
    {
        using var table = Upload(new float[12], 3, 4);
        using var output = Matrix(1, 4);
        Assert.That(() => Kernels.Embed(table, [id], output.View), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [TestCaseSource(nameof(Lengths))]
    public void GatherAndScatterRows_AwkwardLengths_MoveRows(int columns)
    {
        int[] rows = [4, 0, 6, 2];
        var values = TestData.Uniform(1, 7 * columns);
        using var source = Matrix(7, columns, values);
        using var picked = Matrix(rows.Length, columns);
        Kernels.GatherRows(source.View, rows, picked.View);
        var gathered = picked.Read();
        AssertSameBits(gathered, [.. rows.SelectMany(row => values[(row * columns)..((row + 1) * columns)])]);

        using var target = Matrix(7, columns, new float[7 * columns]);
        Kernels.ScatterRows(picked.View, rows, target.View);
        var expected = new float[7 * columns];
        foreach (var row in rows)
        {
            values.AsSpan(row * columns, columns).CopyTo(expected.AsSpan(row * columns));
        }

        AssertSameBits(target.Read(), expected);
    }

    [Test]
    public void GatherAndScatterRows_RowOutside_Throws()
    {
        using var source = Matrix(2, 3, new float[6]);
        using var target = Matrix(1, 3, new float[3]);
        Assert.That(() => Kernels.GatherRows(source.View, [2], target.View), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Kernels.ScatterRows(target.View, [-1], source.View), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [TestCaseSource(nameof(Lengths))]
    public void LogProbabilities_AwkwardVocabularies_MatchFloat64(int columns)
    {
        const int Rows = 21;
        var values = TestData.Uniform(columns, Rows * columns, 15);
        var targets = TestData.Integers(1, Rows, columns);
        using var logits = Matrix(Rows, columns, values);
        var actual = new float[Rows];
        Kernels.LogProbabilities(logits.View, targets, actual);
        var expected = targets.Select((target, row) => ReferenceOperators.LogProbability(values.AsSpan(row * columns, columns), target));
        AssertClose(actual, [.. expected], 1e-6, 2e-7);
    }

    [Test]
    public void LogProbabilities_EqualLogits_GiveMinusLogOfTheVocabulary([Values(1, 259, 32_000)] int vocabulary)
    {
        using var logits = Matrix(2, vocabulary, [.. Enumerable.Repeat(3.5f, 2 * vocabulary)]);
        var actual = new float[2];
        Kernels.LogProbabilities(logits.View, [0, vocabulary - 1], actual);
        Assert.That(actual, Is.All.EqualTo((float)-Math.Log(vocabulary)));
    }

    [Test]
    public void LogProbabilities_NaNLogit_GivesNaN([Values(0, 5, 17, 32)] int place)
    {
        var values = TestData.Uniform(1, 33);
        values[place] = float.NaN;
        using var logits = Matrix(1, 33, values);
        var actual = new float[1];
        Kernels.LogProbabilities(logits.View, [1], actual);
        Assert.That(actual[0], Is.NaN);
    }

    [TestCaseSource(nameof(Lengths))]
    public void ArgMax_AwkwardLengths_FindsTheFirstLargest(int columns)
    {
        const int Rows = 40;
        var random = new Random(columns);

        // Few distinct values: nearly every row has ties.
        var values = Enumerable.Range(0, Rows * columns).Select(_ => (float)random.Next(-4, 4)).ToArray();
        using var logits = Matrix(Rows, columns, values);
        var actual = new int[Rows];
        Kernels.ArgMax(logits.View, actual);
        var expected = Enumerable.Range(0, Rows)
            .Select(row => values[(row * columns)..((row + 1) * columns)])
            .Select(row => Array.IndexOf(row, row.Max()));
        Assert.That(actual, Is.EqualTo(expected));
    }

    [Test]
    public void RowOperators_ManyRows_TreatEveryRowAlike()
    {
        // Enough rows for all threads; every row holds the same numbers, so every result must have the same bits.
        const int Rows = 3_001, Columns = 93;
        var row = TestData.Uniform(1, Columns);
        float[] Repeated() => [.. Enumerable.Repeat(row, Rows).SelectMany(values => values)];
        using var weight = Upload(TestData.Uniform(2, Columns), Columns);
        using var input = Matrix(Rows, Columns, Repeated());
        using var output = Matrix(Rows, Columns);
        Kernels.RmsNorm(input.View, weight, 1e-5f, output.View);
        AssertRowsAlike(output.Read(), Columns);
        Kernels.LayerNorm(input.View, weight, weight, 1e-5f, output.View);
        AssertRowsAlike(output.Read(), Columns);
        Kernels.Gelu(output.View, GeluForm.Tanh);
        AssertRowsAlike(output.Read(), Columns);
        var scores = new float[Rows];
        Kernels.LogProbabilities(input.View, new int[Rows], scores);
        AssertRowsAlike(scores, 1);
    }

    private static void AssertRowsAlike(float[] values, int columns)
    {
        var first = values[..columns];
        for (var start = columns; start < values.Length; start += columns)
        {
            if (!values.AsSpan(start, columns).SequenceEqual(first))
            {
                Assert.Fail($"Row {start / columns} differs from row 0.");
            }
        }
    }
}
