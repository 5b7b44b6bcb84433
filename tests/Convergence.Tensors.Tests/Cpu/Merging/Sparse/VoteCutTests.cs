using Convergence.Tensors.Cpu.Merging.Sparse;
using Convergence.Tensors.Devices;
using FsCheck;
using FsCheck.Fluent;

namespace Convergence.Tensors.Tests.Cpu.Merging.Sparse;

/// <summary>The least change that votes: as if every change were rounded to a float, compared with the cut, and weighted.</summary>
public sealed class VoteCutTests
{
    private const uint InfiniteBits = 0x7F80_0000;

    [Test]
    public void LeastChange_AnyCutAndWeight_IsTheFirstThatVotes() => Prop.ForAll(
        ArbMap.Default.ArbFor<(uint Bits, NormalFloat Weight)>(),
        numbers => AssertFirst(numbers.Bits % (InfiniteBits + 1), numbers.Weight.Get)).QuickCheckThrowOnFailure();

    // A cut of zero, subnormal floats, neighbours of a power of two, the largest float, infinity.
    [Test]
    public void LeastChange_AtTheEdges_IsTheFirstThatVotes(
        [Values(0u, 1u, 2u, 0x007F_FFFFu, 0x0080_0000u, 0x3F80_0000u, 0x3F80_0001u, 0x7F7F_FFFFu, InfiniteBits)] uint bits,
        [Values(1, -0.3, 1e-300, 1e300, 5e-324)] double weight) => AssertFirst(bits, weight);

    [Test]
    public void LeastChange_OfNoWeightOrACutThatKeepsNothing_IsNone()
    {
        Assert.Multiple(() =>
        {
            Assert.That(new VoteCut(MagnitudeCut.KeepNone, 1).LeastChange, Is.NaN);
            Assert.That(new VoteCut(MagnitudeCut.KeepAll, 0).LeastChange, Is.NaN);
        });
    }

    [Test]
    public void LeastBeyond_IsThatOfTheNextMagnitude()
    {
        var next = new VoteCut(new MagnitudeCut(78, 5), 0.5);
        Assert.That(new VoteCut(new MagnitudeCut(77, 5), 0.5).LeastBeyond, Is.EqualTo(next.LeastChange));
    }

    private static void AssertFirst(uint bits, double weight)
    {
        if (weight == 0)
        {
            return;
        }

        var least = new VoteCut(new MagnitudeCut(bits, 0), weight).LeastChange;
        Assert.That(Votes(least, bits, weight), Is.True, $"{least:R}");
        Assert.That(Votes(Math.BitDecrement(least), bits, weight), Is.False, $"below {least:R}");
    }

    private static bool Votes(double change, uint bits, double weight) =>
        BitConverter.SingleToUInt32Bits((float)change) >= bits && weight * change != 0;
}
