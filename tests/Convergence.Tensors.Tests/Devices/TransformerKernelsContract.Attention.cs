using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Tests.Devices;

public abstract partial class TransformerKernelsContract
{
    private const double AttentionTolerance = 2e-6;

    [TestCase(1, 1, 64)]
    [TestCase(4, 4, 32)]
    [TestCase(4, 2, 16)]
    [TestCase(6, 1, 8)]
    [TestCase(2, 2, 7)]
    [TestCase(2, 1, 33)]
    [TestCase(8, 2, 48)]
    [TestCase(2, 1, 100)]
    [TestCase(1, 1, 200)]
    public void Attention_RaggedBatch_MatchesFloat64(int heads, int keyValueHeads, int headSize) =>
        CheckAttention(Prefill(1, 7, 16, 33, 64, 2), heads, keyValueHeads, headSize);

    [TestCase(1)]
    [TestCase(15)]
    [TestCase(31)]
    [TestCase(32)]
    [TestCase(48)]
    [TestCase(49)]
    [TestCase(255)]
    [TestCase(257)]
    [TestCase(513)]
    public void Attention_OneSequence_MatchesFloat64(int length) => CheckAttention(Prefill(length), 2, 1, 24);

    [TestCase(16)]
    [TestCase(32)]
    [TestCase(64)]
    [TestCase(100)]
    [TestCase(200)]
    public void Attention_DecodingSteps_MatchFloat64(int headSize) =>
        CheckAttention(
            [
                new AttentionSpan(0, 1, 0, 1),
                new AttentionSpan(1, 1, 1, 300),
                new AttentionSpan(2, 3, 301, 70),
                new AttentionSpan(5, 0, 0, 9),
            ],
            4,
            2,
            headSize);

    // Prompts and steps whose heads are wider than what a device may take at once.
    [TestCase(4, 2, 257)]
    [TestCase(2, 1, 520)]
    public void Attention_LargeHeads_MatchFloat64(int heads, int keyValueHeads, int headSize) =>
        CheckAttention(
            [new AttentionSpan(0, 33, 0, 33), new AttentionSpan(33, 7, 33, 40), new AttentionSpan(40, 1, 73, 65)],
            heads,
            keyValueHeads,
            headSize);

    // A device may share many keys of few queries out: queries that see as many as it takes at once, one less, and one more.
    [TestCase(4, 2, 24)]
    [TestCase(2, 1, 136)]
    [TestCase(1, 1, 300)]
    public void Attention_FewQueriesOfManyKeys_MatchFloat64(int heads, int keyValueHeads, int headSize) =>
        CheckAttention(
            [
                new AttentionSpan(0, 1, 0, 1100),
                new AttentionSpan(1, 3, 1100, 513),
                new AttentionSpan(4, 0, 1613, 700),
                new AttentionSpan(4, 1, 1613, 512),
                new AttentionSpan(5, 2, 2125, 1025),
            ],
            heads,
            keyValueHeads,
            headSize);

    [Test]
    public void Attention_ManyEqualSequences_MatchFloat64() => CheckAttention(Prefill([.. Enumerable.Repeat(40, 12)]), 4, 2, 32);

    [TestCase(16, 1100)]
    [TestCase(40, 300)]
    [TestCase(128, 300)]
    [TestCase(200, 300)]
    [TestCase(264, 100)]
    public void Attention_Decoding_HasTheBitsOfThePrefill(int headSize, int length)
    {
        var shape = new AttentionShape(2, 1, headSize, 1 / MathF.Sqrt(headSize));
        var width = 2 * headSize;
        using var query = Matrix(length, width, TestData.Uniform(1, length * width));
        using var key = Matrix(length, headSize, TestData.Uniform(2, length * headSize));
        using var value = Matrix(length, headSize, TestData.Uniform(3, length * headSize));
        using var output = Matrix(length, width);
        Kernels.Attention(query.View, key.View, value.View, [new AttentionSpan(0, length, 0, length)], shape, output.View);
        var whole = output.Read();
        int[] rows = [0, 1, 31, 32, 47, 48, 99, 128, 255, 256, 299, 511, 512, 513, 1023, 1024, 1099];
        foreach (var row in rows.Where(row => row < length))
        {
            using var step = Matrix(1, width);
            var last = query.View with { FirstRow = query.View.FirstRow + row, RowCount = 1 };
            Kernels.Attention(last, key.View, value.View, [new AttentionSpan(0, 1, 0, row + 1)], shape, step.View);
            AssertSameBits(step.Read(), whole[(row * width)..((row + 1) * width)], $"row {row}");
        }
    }

    [Test]
    public void Attention_OtherSequencesInTheBatch_DoNotChangeBits()
    {
        var shape = new AttentionShape(4, 2, 16, 0.25f);
        var spans = Prefill(37, 100, 5);
        const int Rows = 142;
        using var query = Matrix(Rows, 64, TestData.Uniform(1, Rows * 64));
        using var key = Matrix(Rows, 32, TestData.Uniform(2, Rows * 32));
        using var value = Matrix(Rows, 32, TestData.Uniform(3, Rows * 32));
        using var together = Matrix(Rows, 64);
        using var apart = Matrix(Rows, 64);
        Kernels.Attention(query.View, key.View, value.View, spans, shape, together.View);
        foreach (var span in spans)
        {
            Kernels.Attention(query.View, key.View, value.View, [span], shape, apart.View);
        }

        AssertSameBits(apart.Read(), together.Read());
    }

    [Test]
    public void Attention_LaterKeys_AreInvisible()
    {
        const int Length = 70;
        var shape = new AttentionShape(1, 1, 16, 1);
        var keys = TestData.Uniform(2, Length * 16);
        var values = TestData.Uniform(3, Length * 16);
        float[] Run()
        {
            using var query = Matrix(Length, 16, TestData.Uniform(1, Length * 16));
            using var key = Matrix(Length, 16, keys);
            using var value = Matrix(Length, 16, values);
            using var output = Matrix(Length, 16);
            Kernels.Attention(query.View, key.View, value.View, [new AttentionSpan(0, Length, 0, Length)], shape, output.View);
            return output.Read();
        }

        var before = Run();
        keys.AsSpan(50 * 16).Fill(100);
        values.AsSpan(50 * 16).Fill(-3);
        AssertSameBits(Run()[..(50 * 16)], before[..(50 * 16)]);
    }

    [Test]
    public void Attention_LargeScores_DoNotOverflow()
    {
        var shape = new AttentionShape(1, 1, 4, 1);
        using var query = Matrix(2, 4, [1000, 0, 0, 0, 1000, 0, 0, 0]);
        using var key = Matrix(2, 4, [1, 0, 0, 0, -1, 0, 0, 0]);
        using var value = Matrix(2, 4, [1, 2, 3, 4, 5, 6, 7, 8]);
        using var output = Matrix(2, 4);
        Kernels.Attention(query.View, key.View, value.View, [new AttentionSpan(0, 2, 0, 2)], shape, output.View);
        Assert.That(output.Read(), Is.EqualTo(new float[] { 1, 2, 3, 4, 1, 2, 3, 4 }));
    }

    [Test]
    public void Attention_SpanOutsideTheRows_Throws()
    {
        using var matrix = Matrix(4, 8, new float[32]);
        using var output = Matrix(4, 8);
        var shape = new AttentionShape(1, 1, 8, 1);
        Assert.That(
            () => Kernels.Attention(matrix.View, matrix.View, matrix.View, [new AttentionSpan(2, 3, 0, 4)], shape, output.View),
            Throws.ArgumentException);
        Assert.That(
            () => Kernels.Attention(matrix.View, matrix.View, matrix.View, [new AttentionSpan(0, 3, 0, 2)], shape, output.View),
            Throws.ArgumentException);
    }

    private static AttentionSpan[] Prefill(params int[] lengths)
    {
        var first = 0;
        return [.. lengths.Select(length => new AttentionSpan((first += length) - length, length, first - length, length))];
    }

    private void CheckAttention(AttentionSpan[] spans, int heads, int keyValueHeads, int headSize)
    {
        var queries = spans.Max(span => span.FirstQuery + span.QueryCount);
        var keys = spans.Max(span => span.FirstKey + span.KeyCount);
        var (width, keyWidth) = (heads * headSize, keyValueHeads * headSize);
        var shape = new AttentionShape(heads, keyValueHeads, headSize, 1 / MathF.Sqrt(headSize));
        var (q, k, v) =
            (TestData.Uniform(1, queries * width, 2), TestData.Uniform(2, keys * keyWidth, 2), TestData.Uniform(3, keys * keyWidth));
        using var query = Matrix(queries, width, q);
        using var key = Matrix(keys, keyWidth, k);
        using var value = Matrix(keys, keyWidth, v);
        using var output = Matrix(queries, width);
        Kernels.Attention(query.View, key.View, value.View, spans, shape, output.View);
        AssertClose(output.Read(), ReferenceOperators.Attention(q, k, v, spans, shape), AttentionTolerance, 0);
    }
}
