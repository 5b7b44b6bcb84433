using Convergence.Tensors.Cpu.Merging;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu;

/// <summary>Merges of task vectors of which each keeps some elements only.</summary>
internal sealed unsafe partial class CpuMergeKernels
{
    public override void SumMagnitudes(
        DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<MagnitudeBand> bands, Span<MagnitudeSums> sums)
    {
        RequireOnePerInput(bands.Length, inputs);
        RequireOnePerInput(sums.Length, inputs);
        var operands = new Operands(baseTensor, inputs);
        var partials = new BlockSums(operands.ElementCount, 2 * inputs.Length);
        _sweep.Visit(new BandSumKernel(BandThresholds.Cuts(bands), partials), operands);
        partials.Total(sums);
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
        var kernel = new BandKernel(new SparseFactors(weights, scales, options), BandThresholds.Cuts(bands), options);
        _sweep.Map(kernel, baseTensor, inputs, output, options.FirstIndex);
    }
}
