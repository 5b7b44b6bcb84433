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
        var operands = new Operands(baseTensor, inputs);
        var rows = RowLayout.Of(operands.ElementCount, sampling.RowLength);
        var areAlike = RankedDensities.AreAlike(densities);
        var bits = SampleBits.Allocate(operands.ElementCount, areAlike ? operands.ElementCount : sampling.RowLength, inputs.Length);
        if (areAlike)
        {
            var partials = new BlockSums(operands.ElementCount, 2 * inputs.Length);
            _sweep.Visit(new DareSumKernel(RankedDensities.Bounds(densities), sampling.Key, partials, bits), operands);
            partials.Total(sums);
        }
        else
        {
            SumRanked(
                operands, rows, new RankedSampler(_rowScratch, densities.ToArray(), sampling, operands.LaneType == DType.F64), bits, sums);
        }

        return bits;
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
        var sum = new MaskedSum(factors, options);
        if (drawn is SampleBits bits && (areAlike || !sampling.DividesByProbability))
        {
            MergeMasked(sum, bits, options.FirstIndex, baseTensor, inputs, output);
            GC.KeepAlive(bits);
        }
        else if (areAlike)
        {
            var bounds = RankedDensities.Bounds(densities);
            _sweep.Map(new DareKernel(sum, bounds, sampling.Key), baseTensor, inputs, output, options.FirstIndex);
        }
        else
        {
            MergeRanked(factors, densities.ToArray(), sampling, options, baseTensor, inputs, output);
        }
    }

    private void SumRanked(Operands operands, RowLayout rows, RankedSampler sampler, SampleBits? bits, Span<MagnitudeSums> sums)
    {
        var count = 2 * sampler.InputCount;
        var partials = new double[rows.ItemCount * count];
        _sweep.VisitRows(new RowMagnitudeKernel(sampler), operands, rows, (item, row, worker) =>
        {
            var memory = sampler.Row(worker);
            var mask = bits is null ? memory.Bits(0) : bits.Row(0, row);
            var stride = bits is null ? memory.BitStride : bits.InputStride;
            sampler.Draw(row, worker, mask, stride);
            sampler.Sum(worker, mask, stride, partials.AsSpan(item * count, count));
        });
        BlockSums.Total(partials, sums);
    }

    private void MergeMasked(
        MaskedSum sum, SampleBits bits, long firstIndex, DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, DeviceTensor output)
    {
        if (bits.IsFlat)
        {
            _sweep.Map(new MaskedKernel(sum, bits.Row(0, 0), bits.InputStride), baseTensor, inputs, output, firstIndex);
            return;
        }

        var firstRow = firstIndex / bits.RowLength;
        _sweep.MapRows(
            row => new MaskedKernel(sum, bits.Row(0, firstRow + row), bits.InputStride),
            output.ElementCount / bits.RowLength, baseTensor, inputs, output);
    }

    private void MergeRanked(
        SparseFactors factors,
        RankedDensity[] densities,
        RankedSampling sampling,
        SparseMergeOptions options,
        DeviceTensor baseTensor,
        ReadOnlySpan<DeviceTensor> inputs,
        DeviceTensor output)
    {
        var rows = RowLayout.Of(baseTensor.ElementCount, sampling.RowLength);
        var firstRow = options.FirstIndex / sampling.RowLength;
        var zerosMatter = new Operands(baseTensor, inputs).LaneType == DType.F64;
        var sampler = new RankedSampler(_rowScratch, densities, sampling, zerosMatter);
        var look = new RowMagnitudeKernel(sampler);
        if (sampling.DividesByProbability)
        {
            _sweep.MapRows(
                look, (row, worker) => new SampledKernel(factors, sampler, sampler.DrawRanked(firstRow + row, worker), options),
                rows, baseTensor, inputs, output);
            return;
        }

        var sum = new MaskedSum(factors, options);
        _sweep.MapRows(
            look,
            (row, worker) =>
            {
                var memory = sampler.Row(worker);
                sampler.Draw(firstRow + row, worker, memory.Bits(0), memory.BitStride);
                return new MaskedKernel(sum, memory.Bits(0), memory.BitStride);
            },
            rows,
            baseTensor,
            inputs,
            output);
    }
}
