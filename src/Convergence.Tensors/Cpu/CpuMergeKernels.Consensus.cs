using Convergence.Tensors.Cpu.Merging.Combining;
using Convergence.Tensors.Cpu.Merging.Selection;
using Convergence.Tensors.Cpu.Merging.Sweeping;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu;

/// <summary>Merges that ask, place by place, how the models relate to each other there.</summary>
internal sealed unsafe partial class CpuMergeKernels
{
    public override MagnitudeCut SelectSpread(ReadOnlySpan<DeviceTensor> inputs, double share)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        return new SpreadSelection(_sweep, _team.ThreadCount, new Operands(baseTensor: null, inputs)).Select(share);
    }

    public override void SpreadEnergies(
        DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, MagnitudeCut cut, Span<double> energies)
    {
        RequireOnePerInput(energies.Length, inputs);
        var operands = new Operands(baseTensor, inputs);
        var sums = new BlockSums(operands.ElementCount, inputs.Length);
        _sweep.Visit(new SpreadEnergyKernel(inputs.Length, cut, sums), operands);
        sums.Total(energies);
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
        _sweep.Map(new SpreadMergeKernel(shares.ToArray(), cut), baseTensor, inputs, output, firstIndex);
    }

    public override void CountOverlaps(
        DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, double threshold, Span<OverlapCounts> counts)
    {
        RequireOnePerInput(counts.Length, inputs);
        var stride = OverlapCountKernel.CountsPerWorker(inputs.Length);
        var perWorker = new long[_team.ThreadCount * stride];
        _sweep.Visit(new OverlapCountKernel(inputs.Length, threshold, perWorker), new Operands(baseTensor, inputs));
        for (var input = 0; input < counts.Length; input++)
        {
            long alone = 0;
            long changed = 0;
            for (var start = 2 * input; start < perWorker.Length; start += stride)
            {
                alone += perWorker[start];
                changed += perWorker[start + 1];
            }

            counts[input] = new OverlapCounts(alone, changed - alone);
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
        _sweep.Map(new OverlapMergeKernel(aloneFactors.ToArray(), threshold), baseTensor, inputs, output);
    }
}
