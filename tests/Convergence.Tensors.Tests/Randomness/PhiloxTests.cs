using Convergence.Tensors.Randomness;

namespace Convergence.Tensors.Tests.Randomness;

public sealed class PhiloxTests
{
    // The known answers that the authors of the paper publish with their library (Random123, kat_vectors, philox4x32 10).
    public static IEnumerable<TestCaseData> KnownAnswers()
    {
        yield return new TestCaseData(
            new PhiloxWords(0, 0, 0, 0), 0ul, new PhiloxWords(0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8))
            .SetName("Block_Zeros_IsTheKnownAnswer");
        yield return new TestCaseData(
            new PhiloxWords(~0u, ~0u, ~0u, ~0u), ~0ul, new PhiloxWords(0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD))
            .SetName("Block_Ones_IsTheKnownAnswer");
        yield return new TestCaseData(
            new PhiloxWords(0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            0x299F31D0_A4093822ul,
            new PhiloxWords(0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)).SetName("Block_DigitsOfPi_IsTheKnownAnswer");
    }

    [TestCaseSource(nameof(KnownAnswers))]
    public void Block_KnownCounter_IsTheKnownAnswer(PhiloxWords counter, ulong key, PhiloxWords expected) =>
        Assert.That(Philox.Block(counter, key), Is.EqualTo(expected));

    // Computed with Python: sha256(struct.pack('<Q', seed) + name.encode())[:8], little-endian.
    [TestCase(0ul, "", 0x7A0B81A1F57055AFul)]
    [TestCase(42ul, "model.norm.weight", 0x3A476D52F1DBBE56ul)]
    public void Key_SeedAndName_IsTheDocumentedHash(ulong seed, string name, ulong expected) =>
        Assert.That(Philox.Key(seed, name), Is.EqualTo(expected));

    [TestCase(0L, 0ul, 0)]
    [TestCase(15L, 15ul, 0)]
    [TestCase(16L, 0ul, 1)]
    [TestCase(47L, 15ul, 2)]
    [TestCase(63L, 15ul, 3)]
    [TestCase(64L, 16ul, 0)]
    [TestCase(130L, 34ul, 0)]
    [TestCase(long.MaxValue, 0x1FFFFFFFFFFFFFFFul, 3)]
    public void WordAt_Index_IsTheDocumentedWordOfTheDocumentedCounter(long index, ulong block, int word)
    {
        const ulong Key = 0x0123456789ABCDEF;
        var expected = Philox.Block(new PhiloxWords((uint)block, (uint)(block >> 32), 5, 0), Key)[word];
        Assert.That(Philox.WordAt(Key, stream: 5, index), Is.EqualTo(expected));
        Assert.That(Philox.UniformAt(Key, stream: 5, index), Is.EqualTo(expected / Math.Pow(2, 32)));
    }

    [Test]
    public void WordAt_SixtyFourElements_UseSixteenCountersFully()
    {
        var words = Enumerable.Range(64, 64).Select(index => Philox.WordAt(1, 0, index)).ToHashSet();
        var blocks = Enumerable.Range(16, 16).Select(block => Philox.Block(new PhiloxWords((uint)block, 0, 0, 0), 1));
        Assert.That(words, Is.EquivalentTo(blocks.SelectMany(block => new[] { block.X0, block.X1, block.X2, block.X3 })));
    }

    [Test]
    public void UniformAt_MillionElements_IsUniformAndItsStreamsAreIndependent()
    {
        const int Count = 1_000_000;
        const int BucketCount = 256;
        var buckets = new int[BucketCount];
        double sum = 0, product = 0;
        for (var index = 0; index < Count; index++)
        {
            var value = Philox.UniformAt(99, 0, index);
            sum += value;
            product += (value - 0.5) * (Philox.UniformAt(99, 1, index) - 0.5);
            buckets[(int)(value * BucketCount)]++;
        }

        // Five standard errors: 1 / sqrt(12 n) of the mean, 1 / (12 sqrt(n)) of the product, sqrt(2 * 255) of chi squared.
        var expected = (double)Count / BucketCount;
        var chiSquared = buckets.Sum(count => (count - expected) * (count - expected) / expected);
        Assert.That(sum / Count, Is.EqualTo(0.5).Within(5 / Math.Sqrt(12.0 * Count)));
        Assert.That(product / Count, Is.EqualTo(0).Within(5 / (12 * Math.Sqrt(Count))));
        Assert.That(chiSquared, Is.EqualTo(BucketCount - 1).Within(5 * Math.Sqrt(2 * (BucketCount - 1))));
    }

    [Test]
    public void WordAt_NegativeIndex_IsRefused() =>
        Assert.That(() => Philox.WordAt(0, 0, -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
