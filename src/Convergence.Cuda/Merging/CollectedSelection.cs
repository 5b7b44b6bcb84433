using System.Numerics;
using Convergence.Cuda.Merging.Arguments;
using Convergence.Cuda.Runtime;

namespace Convergence.Cuda.Merging;

/// <summary>
/// Exact cuts of task vectors by one reading of them: see <c>merge_collect.cu</c>. Seldom one is missed, and is then found by counting
/// (<c>merge_select.cu</c>). The GPU decides that by itself: the host waits for nothing.
/// </summary>
/// <param name="launcher">Over the GPU.</param>
internal sealed class CollectedSelection(MergeLauncher launcher)
{
    private const string Module = "merge_collect";

    // SAMPLE, PART_TILES, DIGIT_BITS and the states of merge_collect.cu and cuts.cuh.
    private const int SampleSize = 8192;
    private const int PartTiles = 4;
    private const int DigitBits = 11;
    private const int Bracketed = 0;
    private const int Missed = 3;

    private const int MagnitudeBits = 31;
    private const int MostIndexBits = 32;

    // A bracket holds 5 % of the elements at most, those at its ends not counted.
    private const int CollectedShare = 16;
    private const int CollectedAtLeast = 1 << 14;

    // Blocks that search what was collected for one cut.
    private const int SearchingBlocks = 64;

    /// <summary>Queues the search by collecting.</summary>
    /// <param name="tensors">The base and the inputs.</param>
    /// <param name="keepCounts">One per input: how many elements its cut keeps.</param>
    /// <param name="cuts">Receives a <see cref="CollectedCut"/> per input.</param>
    /// <param name="selections">Receives a <see cref="Selection"/> per input, from which counting can begin.</param>
    public void Collect(in MergeTensors tensors, ReadOnlySpan<long> keepCounts, DeviceBlock cuts, DeviceBlock selections)
    {
        var indexBits = BitOperations.Log2((ulong)tensors.Count) + 1;
        var canCollect = indexBits <= MostIndexBits;
        var begin = new BeginCutsArgs
        {
            Cuts = cuts.Address,
            Selections = selections.Address,
            Count = tensors.Count,
            CutCount = keepCounts.Length,
            State = canCollect ? Bracketed : Missed,
        };
        keepCounts.CopyTo(begin.KeepCounts);
        launcher.LaunchBlocks(Module, "begin_cuts", 1, MergeLauncher.WarpSize, begin);
        if (canCollect)
        {
            Search(tensors, keepCounts.Length, cuts, indexBits);
        }
    }

    private void Search(in MergeTensors tensors, int cutCount, DeviceBlock cuts, int indexBits)
    {
        var isSample = tensors.Count <= SampleSize;
        var args = new CollectArgs
        {
            Tensors = tensors,
            Cuts = cuts.Address,
            Capacity = isSample ? 0 : Math.Min(tensors.Count, (tensors.Count / CollectedShare) + CollectedAtLeast),
            TileCount = MergeLauncher.TileCount(tensors.Count),
            CutCount = cutCount,
            IndexBits = indexBits,
        };
        launcher.LaunchBlocks(Module, "bracket_cuts", cutCount, MergeLauncher.BlockSize, args);
        if (isSample)
        {
            return;
        }

        using var ends = launcher.Undefined<uint>(2 * cutCount * args.TileCount);
        using var keys = launcher.Undefined<ulong>(cutCount * args.Capacity);
        using var histograms = launcher.Zeros<uint>((long)cutCount << DigitBits);
        args.EndCounts = ends.Address;
        args.Keys = keys.Address;
        args.Histograms = histograms.Address;
        var partCount = (args.TileCount + PartTiles - 1) / PartTiles;
        launcher.LaunchBlocks(Module, "collect_between", partCount * cutCount, MergeLauncher.BlockSize, args);
        for (var known = 0; known < MagnitudeBits + indexBits; known += DigitBits)
        {
            launcher.LaunchBlocks(Module, "narrow_between", SearchingBlocks * cutCount, MergeLauncher.BlockSize, args);
        }
    }
}
