using Convergence.Tensors.Cpu.Merging.Sparse;
using FsCheck;
using FsCheck.Fluent;

namespace Convergence.Tensors.Tests.Cpu.Merging.Sparse;

/// <summary>Ranks equal those of a stable sort, for short rows, long rows, and values of every size.</summary>
public sealed class RowRanksTests
{
    // Few different values, values that differ in their last bits only, and any.
    private static readonly Gen<uint> Magnitudes = Gen.OneOf(
        Gen.Choose(0, 3).Select(value => (uint)value),
        Gen.Choose(0, 40).Select(value => 0x3F80_0000u + (uint)value),
        Gen.Choose(0, int.MaxValue).Select(value => (uint)value));

    [Test]
    public void Rank_OfAnyRow_IsThatOfAStableSort() =>
        Prop.ForAll(
                Gen.Choose(1, 700).SelectMany(length => Gen.ArrayOf(Magnitudes, length)).ToArbitrary(),
                magnitudes => Rank(magnitudes).SequenceEqual(Expected(magnitudes)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [TestCase(1)]
    [TestCase(16)]
    [TestCase(127)]
    [TestCase(128)]
    [TestCase(129)]
    [TestCase(70_001)]
    public void Rank_OfEqualMagnitudes_IsTheIndex(int length) =>
        Assert.That(Rank(new uint[length]), Is.EqualTo(Enumerable.Range(0, length).Select(index => (uint)index)));

    private static uint[] Expected(uint[] magnitudes)
    {
        var ranks = new uint[magnitudes.Length];
        foreach (var (index, rank) in Enumerable.Range(0, ranks.Length).OrderBy(index => magnitudes[index]).ThenBy(index => index)
            .Select((index, rank) => (index, rank)))
        {
            ranks[index] = (uint)rank;
        }

        return ranks;
    }

    private static unsafe uint[] Rank(uint[] magnitudes)
    {
        var padded = new uint[magnitudes.Length + 64];
        magnitudes.CopyTo(padded, 0);
        var ranks = new uint[padded.Length];
        var scratch = new ulong[(RowRanks.ScratchWordCount(padded.Length) + 1) / 2];
        fixed (uint* source = padded)
        fixed (uint* target = ranks)
        fixed (ulong* memory = scratch)
        {
            RowRanks.Rank(source, magnitudes.Length, target, (uint*)memory);
        }

        return ranks[..magnitudes.Length];
    }
}
