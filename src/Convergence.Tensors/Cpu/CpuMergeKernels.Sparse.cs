using Convergence.Tensors.Cpu.Merging.Selection;
using Convergence.Tensors.Cpu.Merging.Sparse;
using Convergence.Tensors.Cpu.Merging.Sweeping;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu;

/// <summary>Merges of task vectors of which each keeps some elements only.</summary>
internal sealed unsafe partial class CpuMergeKernels
{
    private readonly MergeScratch _rowScratch;

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

    public override void SumSampled(
        DeviceTensor baseTensor,
        ReadOnlySpan<DeviceTensor> inputs,
        ReadOnlySpan<RankedDensity> densities,
        RankedSampling sampling,
        Span<MagnitudeSums> sums)
    {
        RequireOnePerInput(densities.Length, inputs);
        RequireOnePerInput(sums.Length, inputs);
        var operands = new Operands(baseTensor, inputs);
        var rows = RowLayout.Of(operands.ElementCount, sampling.RowLength);
        var sampler = new RankedSampler(_rowScratch, densities.ToArray(), sampling, firstIndex: 0);
        var count = 2 * inputs.Length;
        var partials = new double[rows.ItemCount * count];
        _sweep.VisitRows(new RowMagnitudeKernel(sampler), operands, rows, (item, row, worker) =>
            sampler.Sum(row, worker, partials.AsSpan(item * count, count)));
        BlockSums.Total(partials, sums);
    }

    public override void MergeSampled(
        DeviceTensor baseTensor,
        ReadOnlySpan<DeviceTensor> inputs,
        ReadOnlySpan<double> weights,
        ReadOnlySpan<double> scales,
        ReadOnlySpan<RankedDensity> densities,
        RankedSampling sampling,
        SparseMergeOptions options,
        DeviceTensor output)
    {
        RequireOnePerInput(weights.Length, inputs);
        RequireOnePerInput(scales.Length, inputs);
        RequireOnePerInput(densities.Length, inputs);
        var rows = RowLayout.Of(baseTensor.ElementCount, sampling.RowLength);
        var sampler = new RankedSampler(_rowScratch, densities.ToArray(), sampling, options.FirstIndex);
        var factors = new SparseFactors(weights, scales, options);
        _sweep.MapRows(
            new RowMagnitudeKernel(sampler),
            (row, worker) => new SampledKernel(factors, sampler, sampler.Draw(row, worker), options),
            rows, baseTensor, inputs, output);
    }
}
