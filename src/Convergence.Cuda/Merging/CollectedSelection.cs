using System.Numerics;
using Convergence.Cuda.Merging.Arguments;
using Convergence.Cuda.Runtime;
using Convergence.Tensors;

namespace Convergence.Cuda.Merging;

/// <summary>
/// Exact cuts of task vectors by one reading of them: see <c>merge_collect.cu</c>. A cut may be missed, seldom, and must then be found by
/// counting.
/// </summary>
/// <param name="runtime">The GPU.</param>
/// <param name="launcher">Over the same runtime.</param>
internal sealed class CollectedSelection(CudaRuntime runtime, MergeLauncher launcher)
{
    private const string Module = "merge_collect";

    // SAMPLE, PART_TILES, DIGIT_BITS and the states of merge_collect.cu.
    private const int SampleSize = 8192;
    private const int PartTiles = 4;
    private const int DigitBits = 11;
    private const int Collected = 1;
    private const int Found = 2;

    private const int MagnitudeBits = 31;
    private const int MostIndexBits = 32;

    // A bracket holds 5 % of the elements at most, those at its ends not counted.
    private const int CollectedShare = 16;
    private const int CollectedAtLeast = 1 << 14;

    // Blocks that search what was collected for one cut.
    private const int SearchingBlocks = 64;

    /// <summary>Looks for cuts; all are told with <see cref="Selection.Prefix"/> as their magnitude and the last tie.</summary>
    /// <param name="tensors">The base and the inputs.</param>
    /// <param name="wanted">At least one, each keeping some of the elements and not all.</param>
    /// <param name="missed">Receives those that must be found otherwise.</param>
    /// <returns>Those that were found.</returns>
    public List<Selection> Find(in MergeTensors tensors, IReadOnlyList<Selection> wanted, List<Selection> missed)
    {
        var found = new List<Selection>();
        var indexBits = BitOperations.Log2((ulong)tensors.Count) + 1;
        if (indexBits > MostIndexBits)
        {
            missed.AddRange(wanted);
            return found;
        }

        var cuts = wanted.Select(selection => new CollectedCut { Rank = selection.Rank, Input = selection.Input }).ToArray();
        Search(tensors, cuts, indexBits);
        foreach (var (selection, cut) in wanted.Zip(cuts))
        {
            if (cut.State == Found)
            {
                found.Add(selection with { Prefix = cut.Magnitude, LastTie = cut.LastTie });
            }
            else
            {
                missed.Add(selection);
            }
        }

        return found;
    }

    private void Search(in MergeTensors tensors, CollectedCut[] cuts, int indexBits)
    {
        var isSample = tensors.Count <= SampleSize;
        using var states = runtime.Upload<CollectedCut>(cuts);
        var args = new CollectArgs
        {
            Tensors = tensors,
            Cuts = states.Address,
            Capacity = isSample ? 0 : Math.Min(tensors.Count, (tensors.Count / CollectedShare) + CollectedAtLeast),
            TileCount = MergeLauncher.TileCount(tensors.Count),
            CutCount = cuts.Length,
            IndexBits = indexBits,
        };
        launcher.LaunchBlocks(Module, "bracket_cuts", cuts.Length, MergeLauncher.BlockSize, args);
        if (!isSample)
        {
            using var ends = launcher.Undefined<uint>(2 * cuts.Length * args.TileCount);
            using var keys = launcher.Undefined<ulong>(cuts.Length * args.Capacity);
            using var histograms = launcher.Zeros<uint>((long)cuts.Length << DigitBits);
            args.EndCounts = ends.Address;
            args.Keys = keys.Address;
            args.Histograms = histograms.Address;
            var partCount = (args.TileCount + PartTiles - 1) / PartTiles;
            launcher.LaunchBlocks(Module, "collect_between", partCount * cuts.Length, MergeLauncher.BlockSize, args);
            if (!AreAll16Bit(tensors) || IsCollected(states, cuts))
            {
                Narrow(args);
            }
        }

        launcher.Read<CollectedCut>(states, cuts);
    }

    // Of changes of 16-bit weights, which come in few sizes, the cut nearly always lies at an end of its bracket: a look saves the search.
    private bool IsCollected(DeviceBlock states, CollectedCut[] cuts)
    {
        launcher.Read<CollectedCut>(states, cuts);
        return cuts.Any(cut => cut.State == Collected);
    }

    private void Narrow(in CollectArgs args)
    {
        for (var known = 0; known < MagnitudeBits + args.IndexBits; known += DigitBits)
        {
            launcher.LaunchBlocks(Module, "narrow_between", SearchingBlocks * args.CutCount, MergeLauncher.BlockSize, args);
        }
    }

    private static bool AreAll16Bit(in MergeTensors tensors)
    {
        for (var place = 0; place < tensors.InputCount + tensors.HasBase; place++)
        {
            if (((DType)tensors.Operands[place].Dtype).ByteCount() != sizeof(ushort))
            {
                return false;
            }
        }

        return true;
    }
}
