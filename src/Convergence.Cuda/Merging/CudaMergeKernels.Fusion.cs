using Convergence.Cuda.Merging.Arguments;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Merging;

/// <summary>Fusion by importance.</summary>
internal sealed partial class CudaMergeKernels
{
    public override void RowDivergences(DeviceTensor baseTensor, DeviceTensor input, double offset, Span<double> divergences)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(offset);
        var tensors = MergeOperands.Of(runtime, baseTensor, [input], output: null);
        var rowLength = RowLength(tensors.Count, divergences.Length);
        using var results = _launcher.Undefined<double>(divergences.Length);
        var args = new RowDivergenceArgs
        {
            Tensors = tensors,
            Divergences = results.Address,
            RowLength = rowLength,
            RowCount = divergences.Length,
            Offset = offset,
        };
        _launcher.Launch("merge_divergence", "row_divergences", (long)divergences.Length * MergeLauncher.Lanes, args);
        _launcher.Read<double>(results, divergences.Length).CopyTo(divergences);
    }

    public override void SelectImportances(
        DeviceTensor baseTensor, DeviceTensor input, ReadOnlySpan<double> factors, ReadOnlySpan<long> ranks, Span<float> importances)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(importances.Length, ranks.Length);
        var tensors = MergeOperands.Of(runtime, baseTensor, [input], output: null);
        RequireRanks(ranks, tensors.Count);
        var rowLength = RowLength(tensors.Count, factors.Length);
        var selections = new List<Selection>();
        foreach (var rank in ranks)
        {
            selections.Add(new Selection { Rank = tensors.Count - rank });
        }

        using var rowFactors = runtime.Upload(factors);
        var args = new SelectArgs
        {
            Tensors = tensors,
            Kind = ByImportance,
            Factors = rowFactors.Address,
            RowLength = rowLength,
            Share = -1,
        };
        var found = Select(args, selections, findsTies: false);
        for (var place = 0; place < found.Length; place++)
        {
            importances[place] = BitConverter.UInt32BitsToSingle(found[place].Prefix);
        }
    }

    public override void TakeImportant(
        DeviceTensor baseTensor, DeviceTensor input, ReadOnlySpan<double> factors, double threshold, DeviceTensor output)
    {
        var tensors = MergeOperands.Of(runtime, baseTensor, [input], output);
        var rowLength = RowLength(tensors.Count, factors.Length);
        using var rowFactors = runtime.Upload(factors);
        var args = new TakeImportantArgs { Tensors = tensors, Factors = rowFactors.Address, RowLength = rowLength, Threshold = threshold };
        _launcher.Map(CombineModule, "take_important", tensors.Count, args);
    }
}
