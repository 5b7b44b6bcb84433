using Convergence.Cuda.Merging.Arguments;
using Convergence.Tensors.Cpu.Merging.Sweeping;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Merging;

/// <summary>Merges that ask, place by place, how the models relate to each other there.</summary>
internal sealed partial class CudaMergeKernels
{
    private const string SpreadModule = "merge_spread";

    public override MagnitudeCut SelectSpread(ReadOnlySpan<DeviceTensor> inputs, double share)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        var tensors = MergeOperands.Of(runtime, baseTensor: null, inputs, output: null);
        var args = new SelectArgs { Tensors = tensors, Kind = BySpread, Share = share };
        if (share == 0 || args.Tensors.Count == 0)
        {
            return MagnitudeCut.KeepNone;
        }

        var found = Select(args, [default], findsTies: true)[0];
        return found.Rank == 0
            ? MagnitudeCut.KeepNone
            : new MagnitudeCut(found.Prefix, found.Rank == found.Ties ? long.MaxValue : found.LastTie);
    }

    public override void SpreadEnergies(
        DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, MagnitudeCut cut, Span<double> energies)
    {
        RequireOnePerInput(energies.Length, inputs);
        var args = SpreadArguments(MergeOperands.Of(runtime, baseTensor, inputs, output: null), cut);
        var sumCount = MergeLauncher.TileCount(args.Tensors.Count) * inputs.Length;
        using var sums = _launcher.Undefined<double>(sumCount);
        args.Sums = sums.Address;
        _launcher.Launch(SpreadModule, "sum_spread_energies", sumCount * MergeLauncher.Lanes, args);
        BlockSums.Total(_launcher.Read<double>(sums, sumCount), energies);
    }

    public override void MergeSpread(
        DeviceTensor baseTensor,
        ReadOnlySpan<DeviceTensor> inputs,
        ReadOnlySpan<double> shares,
        MagnitudeCut cut,
        long firstIndex,
        DeviceTensor output)
    {
        RequireOnePerInput(shares.Length, inputs);
        var args = SpreadArguments(MergeOperands.Of(runtime, baseTensor, inputs, output, firstIndex), cut);
        shares.CopyTo(args.Shares);
        _launcher.Map(SpreadModule, "merge_spread", args.Tensors.Count, args);
    }

    public override void CountOverlaps(
        DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, double threshold, Span<OverlapCounts> counts)
    {
        RequireOnePerInput(counts.Length, inputs);
        using var numbers = _launcher.Zeros<long>(2 * inputs.Length);
        var args = new CountOverlapsArgs
        {
            Tensors = MergeOperands.Of(runtime, baseTensor, inputs, output: null),
            Counts = numbers.Address,
            Threshold = threshold,
        };
        _launcher.Map(CombineModule, "count_overlaps", args.Tensors.Count, args, CountingBlocks);
        var found = _launcher.Read<long>(numbers, 2 * inputs.Length);
        for (var input = 0; input < counts.Length; input++)
        {
            counts[input] = new OverlapCounts(found[2 * input], found[(2 * input) + 1] - found[2 * input]);
        }
    }

    public override void MergeOverlaps(
        DeviceTensor baseTensor,
        ReadOnlySpan<DeviceTensor> inputs,
        ReadOnlySpan<double> aloneFactors,
        double threshold,
        DeviceTensor output)
    {
        RequireOnePerInput(aloneFactors.Length, inputs);
        var args = new MergeOverlapsArgs { Tensors = MergeOperands.Of(runtime, baseTensor, inputs, output), Threshold = threshold };
        aloneFactors.CopyTo(args.AloneFactors);
        _launcher.Map(CombineModule, "merge_overlaps", args.Tensors.Count, args);
    }

    private static SpreadArgs SpreadArguments(in MergeTensors tensors, MagnitudeCut cut) => new()
    {
        Tensors = tensors,
        Cut = MergeOperands.CutOf(cut),
        KeepsAll = cut == MagnitudeCut.KeepAll ? 1 : 0,
    };
}
