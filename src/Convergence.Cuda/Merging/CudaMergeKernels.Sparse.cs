using Convergence.Cuda.Merging.Arguments;
using Convergence.Tensors.Cpu.Merging.Sparse;
using Convergence.Tensors.Cpu.Merging.Sweeping;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Merging;

/// <summary>Merges of task vectors of which each keeps some elements only.</summary>
internal sealed partial class CudaMergeKernels
{
    private const string DareModule = "merge_dare";

    // Threads that add up a tile of magnitudes.
    private const int BandLanes = 8;

    public override void SumMagnitudes(
        DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<MagnitudeBand> bands, Span<MagnitudeSums> sums)
    {
        RequireOnePerInput(bands.Length, inputs);
        RequireOnePerInput(sums.Length, inputs);
        var (outer, inner) = CutsOf(bands);
        var args = new SumMagnitudesArgs
        {
            Tensors = MergeOperands.Of(runtime, baseTensor, inputs, output: null),
            Outer = outer,
            Inner = inner,
        };
        var groupCount = MergeLauncher.TileCount(args.Tensors.Count) * inputs.Length;
        using var partials = _launcher.Undefined<double>(2 * groupCount);
        args.Sums = partials.Address;
        _launcher.Launch(TiesModule, "sum_magnitudes", groupCount * BandLanes, args);
        BlockSums.Total(_launcher.Read<double>(partials, 2 * groupCount), sums);
    }

    public override void MergeBands(
        DeviceTensor baseTensor,
        ReadOnlySpan<DeviceTensor> inputs,
        ReadOnlySpan<double> weights,
        ReadOnlySpan<double> scales,
        ReadOnlySpan<MagnitudeBand> bands,
        SparseMergeOptions options,
        DeviceTensor output)
    {
        RequireOnePerInput(weights.Length, inputs);
        RequireOnePerInput(scales.Length, inputs);
        RequireOnePerInput(bands.Length, inputs);
        var (outer, inner) = CutsOf(bands);
        var join = JoinOf(new SparseFactors(weights, scales, options), options);
        var args = new MergeBandsArgs
        {
            Tensors = MergeOperands.Of(runtime, baseTensor, inputs, output, options.FirstIndex),
            Join = join,
            Outer = outer,
            Inner = inner,
        };
        _launcher.Map(TiesModule, "merge_bands", args.Tensors.Count, args);
    }

    private static (InputArray<Cut> Outer, InputArray<Cut> Inner) CutsOf(ReadOnlySpan<MagnitudeBand> bands)
    {
        var cuts = (Outer: default(InputArray<Cut>), Inner: default(InputArray<Cut>));
        for (var input = 0; input < bands.Length; input++)
        {
            cuts.Outer[input] = MergeOperands.CutOf(bands[input].Outer);
            cuts.Inner[input] = MergeOperands.CutOf(bands[input].Inner);
        }

        return cuts;
    }

    private static SparseJoin JoinOf(SparseFactors factors, SparseMergeOptions options)
    {
        var join = new SparseJoin
        {
            Lambda = options.Lambda,
            ElectSign = options.ElectSign ? 1 : 0,
            Normalize = options.Normalize ? 1 : 0,
            ZeroIsNegative = options.SignOfZero < 0 ? 1 : 0,
        };
        factors.Weights.CopyTo(join.Weights);
        factors.Votes.CopyTo(join.Votes);
        factors.Sums.CopyTo(join.Sums);
        return join;
    }

    // Masks are drawn and used in one pass.
    private void Dare(
        DeviceTensor baseTensor,
        ReadOnlySpan<DeviceTensor> inputs,
        SparseFactors factors,
        ulong[] bounds,
        ulong key,
        SparseMergeOptions options,
        DeviceTensor output)
    {
        var args = new DareArgs
        {
            Tensors = MergeOperands.Of(runtime, baseTensor, inputs, output, options.FirstIndex),
            Join = JoinOf(factors, options),
            Grid = ChunkGrids.Flat(output.ElementCount, options.FirstIndex),
            Key = key,
        };
        bounds.CopyTo(args.Bounds);
        LaunchChunks(options.ElectSign ? "merge_dare_elected" : "merge_dare", args.Grid, args);
    }

    // A warp per chunk.
    private void LaunchChunks<TArgs>(string kernel, in ChunkGrid grid, in TArgs args) where TArgs : unmanaged =>
        _launcher.Launch(DareModule, kernel, grid.RowCount * grid.ChunksPerRow * MergeLauncher.WarpSize, args);
}
