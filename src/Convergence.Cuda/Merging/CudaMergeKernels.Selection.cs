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

    // The leading bits that are known before each pass, and those that it finds.
    private static readonly (int PrefixBits, int BucketBits)[] Passes = [(0, 11), (11, 10), (21, 10)];

    public override void SelectLargest(
        DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<long> keepCounts, Span<MagnitudeCut> cuts)
    {
        RequireOnePerInput(keepCounts.Length, inputs);
        RequireOnePerInput(cuts.Length, inputs);
        var tensors = MergeOperands.Of(runtime, baseTensor, inputs, output: null);
        var selections = new List<Selection>();
        for (var input = 0; input < inputs.Length; input++)
        {
            cuts[input] = keepCounts[input] <= 0 ? MagnitudeCut.KeepNone : MagnitudeCut.KeepAll;
            if (keepCounts[input] > 0 && keepCounts[input] < tensors.Count)
            {
                selections.Add(new Selection { Input = input, Rank = keepCounts[input] });
            }
        }

        if (selections.Count == 0)
        {
            return;
        }

        var missed = new List<Selection>();
        var collected = new CollectedSelection(runtime, _launcher).Find(tensors, selections, missed);
        var counted = Select(new SelectArgs { Tensors = tensors, Kind = ByMagnitude, Share = -1 }, missed, findsTies: true);
        foreach (var found in collected.Concat(counted))
        {
            cuts[found.Input] = new MagnitudeCut(found.Prefix, found.LastTie);
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

    // Queues all passes and waits once, for what was found.
    private Selection[] Select(SelectArgs args, List<Selection> selections, bool findsTies)
    {
        if (selections.Count == 0)
        {
            return [];
        }

        using var states = runtime.Upload<Selection>(CollectionsMarshal.AsSpan(selections));
        using var histograms = _launcher.Undefined<long>((long)selections.Count * ((1 << MaxBucketBits) + 1));
        args.Selections = states.Address;
        args.SelectionCount = selections.Count;
        args.Histograms = histograms.Address;
        foreach (var (prefixBits, bucketBits) in Passes)
        {
            args.PrefixBits = prefixBits;
            args.BucketBits = bucketBits;
            runtime.Current.Clear(histograms.Address, histograms.ByteCount);
            CountValues(args);
            _launcher.LaunchBlocks(SelectModule, "descend", selections.Count, MergeLauncher.BlockSize, args);
        }

        if (findsTies)
        {
            args.TileCount = MergeLauncher.TileCount(args.Tensors.Count);
            using var ties = _launcher.Zeros<uint>(selections.Count * args.TileCount);
            args.TieCounts = ties.Address;
            _launcher.LaunchBlocks(SelectModule, "count_ties", selections.Count * args.TileCount, MergeLauncher.BlockSize, args);
            _launcher.LaunchBlocks(SelectModule, "find_tie", selections.Count, MergeLauncher.BlockSize, args);
        }

        return _launcher.Read<Selection>(states, selections.Count);
    }

    private void CountValues(in SelectArgs args)
    {
        var partCount = (args.Tensors.Count + CountedSize - 1) / CountedSize;
        _launcher.LaunchBlocks(SelectModule, "count_values", partCount * args.SelectionCount, MergeLauncher.BlockSize, args);
    }
}
