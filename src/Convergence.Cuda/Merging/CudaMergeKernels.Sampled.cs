using Convergence.Cuda.Merging.Arguments;
using Convergence.Cuda.Runtime;
using Convergence.Tensors.Cpu.Merging.Sparse;
using Convergence.Tensors.Cpu.Merging.Sweeping;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Merging;

/// <summary>Task vectors sampled by rank.</summary>
internal sealed partial class CudaMergeKernels
{
    private const string RanksModule = "merge_ranks";

    // Up to here every element of a row is compared with every other.
    private const int ShortRow = 256;

    // Working memory for sorting; rows beyond it wait for a block.
    private const long SortByteCount = 256L << 20;
    private const int MaxSortingBlocks = 2048;
    private const int BytesPerSortedElement = 2 * 2 * sizeof(uint);

    public override SampledElements? SumSampled(
        DeviceTensor baseTensor,
        ReadOnlySpan<DeviceTensor> inputs,
        ReadOnlySpan<RankedDensity> densities,
        RankedSampling sampling,
        Span<MagnitudeSums> sums)
    {
        RequireOnePerInput(densities.Length, inputs);
        RequireOnePerInput(sums.Length, inputs);
        RequireProbabilities(densities);
        var tensors = MergeOperands.Of(runtime, baseTensor, inputs, output: null);
        var rows = RowLayout.Of(tensors.Count, sampling.RowLength);
        var areAlike = RankedDensities.AreAlike(densities);
        var ranked = areAlike ? null : new RankedRows(rows, firstIndex: 0, densities.ToArray(), sampling);
        var drawn = ranked is null ? Draw(tensors, RankedDensities.Bounds(densities), sampling.Key) : Draw(tensors, ranked);
        SumMasked(tensors, drawn, ranked, sums);
        if (SampledElements.ByteCountOf(tensors.Count, areAlike ? tensors.Count : sampling.RowLength, inputs.Length) > 0)
        {
            return drawn;
        }

        drawn.Dispose();
        return null;
    }

    public override void MergeSampled(
        DeviceTensor baseTensor,
        ReadOnlySpan<DeviceTensor> inputs,
        ReadOnlySpan<double> weights,
        ReadOnlySpan<double> scales,
        ReadOnlySpan<RankedDensity> densities,
        RankedSampling sampling,
        SparseMergeOptions options,
        DeviceTensor output,
        SampledElements? drawn = null)
    {
        RequireOnePerInput(weights.Length, inputs);
        RequireOnePerInput(scales.Length, inputs);
        RequireOnePerInput(densities.Length, inputs);
        RequireProbabilities(densities);
        var areAlike = RankedDensities.AreAlike(densities);
        var factors = new SparseFactors(weights, RankedDensities.Scales(scales, densities, sampling), options);
        if (areAlike && drawn is null)
        {
            Dare(baseTensor, inputs, factors, RankedDensities.Bounds(densities), sampling.Key, options, output);
            return;
        }

        var tensors = MergeOperands.Of(runtime, baseTensor, inputs, output, options.FirstIndex);
        if (areAlike)
        {
            MergeMasked(tensors, factors, options, ChunkGrids.Flat(tensors.Count, options.FirstIndex), (CudaSampledElements)drawn!);
            return;
        }

        var ranked = new RankedRows(RowLayout.Of(tensors.Count, sampling.RowLength), options.FirstIndex, densities.ToArray(), sampling);
        if (sampling.DividesByProbability)
        {
            MergeRanked(tensors, ranked, JoinOf(factors, options));
        }
        else if (drawn is not null)
        {
            MergeMasked(tensors, factors, options, ranked.Grid, (CudaSampledElements)drawn);
        }
        else
        {
            using var own = Draw(tensors, ranked);
            MergeMasked(tensors, factors, options, ranked.Grid, own);
        }
    }

    private void MergeMasked(
        in MergeTensors tensors, SparseFactors factors, SparseMergeOptions options, in ChunkGrid grid, CudaSampledElements masks)
    {
        var args = new MergeMaskedArgs
        {
            Tensors = tensors,
            Join = JoinOf(factors, options),
            Grid = grid,
            Masks = masks.AddressOf(grid.FirstChunk),
            MaskStride = masks.Stride,
        };
        LaunchChunks(options.ElectSign ? "merge_masked_elected" : "merge_masked", grid, args);
    }

    private void MergeRanked(in MergeTensors tensors, RankedRows ranked, in SparseJoin join)
    {
        foreach (var part in ranked.Parts(tensors.InputCount))
        {
            var slice = MergeOperands.Slice(tensors, part.Start, part.Rows.RowCount * part.Rows.RowLength);
            using var ranks = RankRows(slice, part);
            var args = new MergeSampledArgs { Tensors = slice, Join = join, Ranked = part.Arguments(ranks.Address) };
            LaunchChunks("merge_sampled", args.Ranked.Grid, args);
        }
    }

    // The masks of elements that all have one probability.
    private CudaSampledElements Draw(in MergeTensors tensors, ulong[] bounds, ulong key)
    {
        var grid = ChunkGrids.Flat(tensors.Count, firstIndex: 0);
        var masks = MasksOf(grid, tensors.InputCount);
        var args = new DrawMasksArgs { Masks = masks.AddressOf(0), MaskStride = masks.Stride, InputCount = tensors.InputCount };
        args.Ranked.Grid = grid;
        args.Ranked.Key = key;
        bounds.CopyTo(args.Bounds);
        LaunchChunks("draw_masks", grid, args);
        return masks;
    }

    // The masks of elements whose probability depends on their rank.
    private CudaSampledElements Draw(in MergeTensors tensors, RankedRows ranked)
    {
        var masks = MasksOf(ranked.Grid, tensors.InputCount);
        foreach (var part in ranked.Parts(tensors.InputCount))
        {
            using var ranks = RankRows(MergeOperands.Slice(tensors, part.Start, part.Rows.RowCount * part.Rows.RowLength), part);
            var args = new DrawMasksArgs
            {
                Ranked = part.Arguments(ranks.Address),
                Masks = masks.AddressOf(part.Grid.FirstChunk),
                MaskStride = masks.Stride,
                InputCount = tensors.InputCount,
                HasRanks = 1,
            };
            LaunchChunks("draw_masks", args.Ranked.Grid, args);
        }

        return masks;
    }

    private CudaSampledElements MasksOf(in ChunkGrid grid, int inputCount)
    {
        var stride = grid.RowCount * grid.ChunksPerRow * ChunkGrids.MaskByteCount;
        return new CudaSampledElements(_launcher.Undefined<byte>(stride * inputCount), stride, grid.FirstChunk);
    }

    // The ranks of every input whose probabilities depend on them, one input after another.
    private DeviceBlock RankRows(in MergeTensors tensors, RankedRows ranked)
    {
        var rowLength = ranked.Rows.RowLength;
        var mostBlocks = Math.Clamp(SortByteCount / (rowLength * BytesPerSortedElement), 1, MaxSortingBlocks);
        var blockCount = Math.Min(ranked.Rows.RowCount, mostBlocks);
        var isShort = rowLength <= ShortRow;
        var ranks = _launcher.Undefined<uint>(tensors.Count * tensors.InputCount);
        using var scratch = _launcher.Undefined<byte>(isShort ? 0 : blockCount * rowLength * BytesPerSortedElement);
        for (var input = 0; input < tensors.InputCount; input++)
        {
            if (!ranked.NeedsRanks(input))
            {
                continue;
            }

            var args = new RankRowsArgs
            {
                Base = tensors.Operands[0],
                Input = tensors.Operands[input + 1],
                RowLength = rowLength,
                RowCount = ranked.Rows.RowCount,
                Ranks = ranks.Address + (ulong)(input * tensors.Count * sizeof(uint)),
                Scratch = scratch.Address,
            };
            if (isShort)
            {
                _launcher.Launch(RanksModule, "rank_short_rows", tensors.Count, args);
            }
            else
            {
                _launcher.LaunchBlocks(RanksModule, "rank_long_rows", blockCount, MergeLauncher.BlockSize, args);
            }
        }

        return ranks;
    }

    // Of tiles, or of rows where there are ranks, which are added up item by item.
    private void SumMasked(in MergeTensors tensors, CudaSampledElements masks, RankedRows? ranked, Span<MagnitudeSums> sums)
    {
        var rows = ranked?.Rows;
        var segmentCount = rows?.RowCount ?? MergeLauncher.TileCount(tensors.Count);
        var sumCount = 2 * tensors.InputCount;
        using var partials = _launcher.Undefined<double>(segmentCount * sumCount);
        var args = new SumMaskedArgs
        {
            Tensors = tensors,
            Grid = ranked?.Grid ?? ChunkGrids.Flat(tensors.Count, firstIndex: 0),
            Masks = masks.AddressOf(0),
            MaskStride = masks.Stride,
            SegmentLength = rows?.RowLength ?? MergeSweep.TileSize,
            SegmentCount = segmentCount,
            Sums = partials.Address,
        };
        _launcher.Launch(DareModule, "sum_masked", segmentCount * tensors.InputCount * MergeLauncher.Lanes, args);
        var found = _launcher.Read<double>(partials, segmentCount * sumCount);
        BlockSums.Total(rows is { } layout ? AddRows(found, layout, sumCount) : found, sums);
    }

    private static double[] AddRows(double[] rowSums, RowLayout rows, int sumCount)
    {
        var items = new double[rows.ItemCount * sumCount];
        for (var place = 0; place < rowSums.Length; place++)
        {
            items[(place / sumCount / rows.RowsPerItem * sumCount) + (place % sumCount)] += rowSums[place];
        }

        return items;
    }
}
