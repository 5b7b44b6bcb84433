using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>
/// A cut as a vote needs it: from which change on an element of a task vector votes at all. Kept elements are those whose change, rounded
/// to a float, has at least the cut's magnitude; rounding keeps the order, so there is a least double that does, and a comparison with it
/// decides without rounding anything. A product with the weight that vanishes does not vote either.
/// </summary>
internal readonly struct VoteCut
{
    private const uint InfiniteBits = 0x7F80_0000;

    public VoteCut(MagnitudeCut cut, double weight)
    {
        LastTieIndex = cut.LastTieIndex;
        LeastChange = Least(cut.MagnitudeBits, weight);
        LeastBeyond = Least(cut.MagnitudeBits + 1L, weight);
    }

    /// <summary>The last element that is kept of those exactly at the cut.</summary>
    public long LastTieIndex { get; }

    /// <summary>The least |change| that votes, up to <see cref="LastTieIndex"/>; NaN where none does.</summary>
    public double LeastChange { get; }

    /// <summary>As <see cref="LeastChange"/>, behind <see cref="LastTieIndex"/>.</summary>
    public double LeastBeyond { get; }

    public static VoteCut[] Of(ReadOnlySpan<MagnitudeCut> cuts, ReadOnlySpan<double> weights)
    {
        var votes = new VoteCut[cuts.Length];
        for (var input = 0; input < votes.Length; input++)
        {
            votes[input] = new VoteCut(cuts[input], weights[input]);
        }

        return votes;
    }

    private static double Least(long magnitudeBits, double weight) =>
        magnitudeBits > InfiniteBits || weight == 0 ? double.NaN : Math.Max(LeastKept((uint)magnitudeBits), LeastVoting(Math.Abs(weight)));

    // Half way from the float before, which rounds up where the float's last bit is zero.
    private static double LeastKept(uint magnitudeBits)
    {
        if (magnitudeBits == 0)
        {
            return double.Epsilon;
        }

        var own = magnitudeBits == InfiniteBits ? Math.ScaleB(1, 128) : BitConverter.UInt32BitsToSingle(magnitudeBits);
        var middle = (BitConverter.UInt32BitsToSingle(magnitudeBits - 1) + own) / 2;
        return (magnitudeBits & 1) == 0 ? middle : Math.BitIncrement(middle);
    }

    // Products beyond half the least double round to it; what is near that is tried.
    private static double LeastVoting(double weight)
    {
        const int HalfLeastExponent = -1075;
        var root = Math.ScaleB(1, HalfLeastExponent / 2);
        var least = Math.Max(double.Epsilon, Math.ScaleB(root / weight, HalfLeastExponent - (HalfLeastExponent / 2)));
        while (weight * least == 0)
        {
            least = Math.BitIncrement(least);
        }

        while (least > double.Epsilon && weight * Math.BitDecrement(least) != 0)
        {
            least = Math.BitDecrement(least);
        }

        return least;
    }
}
