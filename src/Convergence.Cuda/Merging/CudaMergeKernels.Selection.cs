using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Convergence.Cuda.Merging.Arguments;
using Convergence.Tensors.Cpu.Merging.Selection;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Merging;

/// <summary>Exact selection by rank.</summary>
internal sealed partial class CudaMergeKernels
{
    private const string SelectModule = "merge_select";

    // BY_MAGNITUDE and its like in merge_select.cu, and the elements that a block counts there.
    private const int ByMagnitude = 0;
    private const int BySpread = 1;
    private const int ByImportance = 2;
    private const int CountedSize = 16384;
    private const int MaxBucketBits = 11;
    private const int BlocksForMissed = 128;

    // The leading bits that are known before each pass, and those that it finds.
    private static readonly (int PrefixBits, int BucketBits)[] Passes = [(0, 11), (11, 10), (21, 10)];

    public override void SelectLargest(
        DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<long> keepCounts, Span<MagnitudeCut> cuts)
    {
        RequireOnePerInput(cuts.Length, inputs);
        using var selected = SelectCuts(baseTensor, inputs, keepCounts);
        selected.Read(cuts);
    }

    public override SelectedCuts SelectCuts(
        DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<long> keepCounts)
    {
        RequireOnePerInput(keepCounts.Length, inputs);
        var cuts = _launcher.Undefined<Cut>(inputs.Length);
        try
        {
            // Cuts that several merges want of the same models are more than a kernel takes at once.
            for (var first = 0; first < inputs.Length; first += InputArray<byte>.Count)
            {
                var count = Math.Min(InputArray<byte>.Count, inputs.Length - first);
                var tensors = MergeOperands.Of(runtime, baseTensor, inputs.Slice(first, count), output: null);
                Select(tensors, keepCounts.Slice(first, count), cuts.Address + (ulong)(first * Unsafe.SizeOf<Cut>()));
            }

            return new CudaSelectedCuts(_launcher, cuts, inputs.Length);
        }
        catch
        {
            cuts.Dispose();
            throw;
        }
    }

    public override void CountMagnitudes(
        DeviceTensor baseTensor,
        ReadOnlySpan<DeviceTensor> inputs,
        ReadOnlySpan<uint> prefixes,
        int prefixBitCount,
        int bucketBitCount,
        Span<long> histograms)
    {
        RequireOnePerInput(prefixes.Length, inputs);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bucketBitCount, MaxBucketBits);
        ArgumentOutOfRangeException.ThrowIfNotEqual(histograms.Length, inputs.Length << bucketBitCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefixBitCount + bucketBitCount, MagnitudeHistogramKernel.MagnitudeBits);
        var selections = new Selection[inputs.Length];
        for (var input = 0; input < inputs.Length; input++)
        {
            selections[input] = new Selection { Input = input, Prefix = prefixes[input] };
        }

        var stride = (1 << bucketBitCount) + 1;
        using var states = runtime.Upload<Selection>(selections);
        using var counts = _launcher.Zeros<long>((long)selections.Length * stride);
        CountValues(new SelectArgs
        {
            Tensors = MergeOperands.Of(runtime, baseTensor, inputs, output: null),
            Selections = states.Address,
            Histograms = counts.Address,
            Kind = ByMagnitude,
            SelectionCount = selections.Length,
            PrefixBits = prefixBitCount,
            BucketBits = bucketBitCount,
        });
        var found = _launcher.Read<long>(counts, (long)selections.Length * stride);
        for (var index = 0; index < histograms.Length; index++)
        {
            histograms[index] += found[((index >> bucketBitCount) * stride) + (index & (stride - 2))];
        }
    }

    // Collects, counts what that missed, and leaves the cuts in the GPU's memory.
    private void Select(in MergeTensors tensors, ReadOnlySpan<long> keepCounts, ulong cuts)
    {
        using var collected = _launcher.Undefined<CollectedCut>(keepCounts.Length);
        using var selections = _launcher.Undefined<Selection>(keepCounts.Length);
        new CollectedSelection(_launcher).Collect(tensors, keepCounts, collected, selections);
        Count(
            new SelectArgs
            {
                Tensors = tensors,
                Kind = ByMagnitude,
                Share = -1,
                Selections = selections.Address,
                SelectionCount = keepCounts.Length,
                Collected = collected.Address,
            },
            findsTies: true);
        _launcher.LaunchBlocks(SelectModule, "settle_cuts", 1, MergeLauncher.WarpSize, new SettleCutsArgs
        {
            Collected = collected.Address,
            Selections = selections.Address,
            Cuts = cuts,
            CutCount = keepCounts.Length,
        });
    }

    // Queues all passes and waits once, for what was found.
    private Selection[] Select(SelectArgs args, List<Selection> selections, bool findsTies)
    {
        if (selections.Count == 0)
        {
            return [];
        }

        using var states = runtime.Upload<Selection>(CollectionsMarshal.AsSpan(selections));
        args.Selections = states.Address;
        args.SelectionCount = selections.Count;
        Count(args, findsTies);
        return _launcher.Read<Selection>(states, selections.Count);
    }

    private void Count(SelectArgs args, bool findsTies)
    {
        using var histograms = _launcher.Undefined<long>((long)args.SelectionCount * ((1 << MaxBucketBits) + 1));
        args.Histograms = histograms.Address;
        foreach (var (prefixBits, bucketBits) in Passes)
        {
            args.PrefixBits = prefixBits;
            args.BucketBits = bucketBits;
            runtime.Current.Clear(histograms.Address, histograms.ByteCount);
            CountValues(args);
            _launcher.LaunchBlocks(SelectModule, "descend", args.SelectionCount, MergeLauncher.BlockSize, args);
        }

        if (findsTies)
        {
            args.TileCount = MergeLauncher.TileCount(args.Tensors.Count);
            using var ties = _launcher.Zeros<uint>(args.SelectionCount * args.TileCount);
            args.TieCounts = ties.Address;
            LaunchCounting("count_ties", args.TileCount, args);
            _launcher.LaunchBlocks(SelectModule, "find_tie", args.SelectionCount, MergeLauncher.BlockSize, args);
        }
    }

    private void CountValues(in SelectArgs args) =>
        LaunchCounting("count_values", (args.Tensors.Count + CountedSize - 1) / CountedSize, args);

    // Cuts that were collected are nearly always all: then the blocks only end, and few of them do it sooner.
    private void LaunchCounting(string kernel, long partCount, in SelectArgs args)
    {
        var blockCount = args.Collected == 0 ? partCount : Math.Min(partCount, BlocksForMissed);
        _launcher.LaunchBlocks(SelectModule, kernel, blockCount * args.SelectionCount, MergeLauncher.BlockSize, args);
    }
}
