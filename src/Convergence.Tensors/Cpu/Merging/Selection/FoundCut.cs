using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging.Selection;

/// <summary>A cut, or the way to it: the magnitude is known, the last kept element is one of a block's.</summary>
/// <param name="Magnitude">The cut's magnitude.</param>
/// <param name="LastTieIndex">The last kept element of that magnitude, -1 while it is not known.</param>
/// <param name="Block">The block that holds it.</param>
/// <param name="Tie">Which of the block's elements of that magnitude it is, 1 for the first.</param>
internal readonly record struct FoundCut(uint Magnitude, long LastTieIndex, int Block, long Tie)
{
    public static FoundCut Exact(MagnitudeCut cut) => new(cut.MagnitudeBits, cut.LastTieIndex, Block: 0, Tie: 0);

    /// <summary>The tie-th element of a magnitude of which every block's number is known.</summary>
    public static FoundCut AtEnd(uint magnitude, long tie, ReadOnlySpan<int> counts)
    {
        var block = 0;
        while (counts[block] < tie)
        {
            tie -= counts[block++];
        }

        return new FoundCut(magnitude, LastTieIndex: -1, block, tie);
    }
}
