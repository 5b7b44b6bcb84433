using System.Runtime.InteropServices;
using Convergence.Tensors.Cpu.Merging.Combining;
using Convergence.Tensors.Cpu.Merging.Selection;
using Convergence.Tensors.Cpu.Merging.Sparse;
using Convergence.Tensors.Cpu.Merging.Statistics;
using Convergence.Tensors.Cpu.Merging.Sweeping;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu;

/// <summary>
/// The merge operators on the CPU. Each checks its arguments, chooses the kernel and hands it to the sweep;
/// the arithmetic is in the kernels, one per file in Cpu/Merging. Elements are computed in float64 and rounded once at the store;
/// nothing uses fused multiply-add, so that every instruction set gives the same bits.
/// </summary>
internal sealed unsafe partial class CpuMergeKernels : MergeKernels
{
    private readonly WorkerTeam _team;
    private readonly MergeSweep _sweep;
    private readonly MagnitudeSelection _selection;

    public CpuMergeKernels(WorkerTeam team)
    {
        _team = team;
        _sweep = new MergeSweep(team);
        _rowScratch = new MergeScratch(team.ThreadCount);
        _selection = new MagnitudeSelection(_sweep, team);
    }

    public override void Together(Action operators) => _sweep.Together(operators);

    public override void Combine(ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<double> weights, DeviceTensor output)
    {
        RequireOnePerInput(weights.Length, inputs);
        _sweep.Map(new WeightedSumKernel<NoOrigin>(new WeightColumn(weights)), baseTensor: null, inputs, output);
    }

    public override void AddTaskVectors(
        DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<double> weights, DeviceTensor output)
    {
        RequireOnePerInput(weights.Length, inputs);
        _sweep.Map(new WeightedSumKernel<BaseOrigin>(new WeightColumn(weights)), baseTensor, inputs, output);
    }

    public override void SelectLargest(
        DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<long> keepCounts, Span<MagnitudeCut> cuts)
    {
        RequireOnePerInput(keepCounts.Length, inputs);
        RequireOnePerInput(cuts.Length, inputs);
        _selection.Select(new Operands(baseTensor, inputs), keepCounts, cuts);
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
        ArgumentOutOfRangeException.ThrowIfNotEqual(histograms.Length, inputs.Length << bucketBitCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefixBitCount + bucketBitCount, MagnitudeHistogramKernel.MagnitudeBits);
        _selection.Count(new Operands(baseTensor, inputs), prefixes, prefixBitCount, bucketBitCount, histograms);
    }

    public override void Ties(
        DeviceTensor baseTensor,
        ReadOnlySpan<DeviceTensor> inputs,
        ReadOnlySpan<double> weights,
        ReadOnlySpan<MagnitudeCut> cuts,
        TiesOptions options,
        DeviceTensor output)
    {
        RequireOnePerInput(weights.Length, inputs);
        RequireOnePerInput(cuts.Length, inputs);
        _sweep.Map(new TiesKernel(weights.ToArray(), VoteCut.Of(cuts, weights), options), baseTensor, inputs, output, options.FirstIndex);
    }

    public override long SumElectedSigns(
        DeviceTensor baseTensor,
        ReadOnlySpan<DeviceTensor> inputs,
        ReadOnlySpan<double> weights,
        ReadOnlySpan<MagnitudeCut> cuts,
        long firstIndex = 0)
    {
        RequireOnePerInput(weights.Length, inputs);
        RequireOnePerInput(cuts.Length, inputs);
        var counts = WorkerCounts.Create(_team.ThreadCount);
        _sweep.Visit(new SignBalanceKernel(weights.ToArray(), cuts.ToArray(), counts), new Operands(baseTensor, inputs), firstIndex);
        return WorkerCounts.Sum(counts);
    }

    public override void Dare(
        DeviceTensor baseTensor,
        ReadOnlySpan<DeviceTensor> inputs,
        ReadOnlySpan<double> weights,
        ReadOnlySpan<double> densities,
        DareOptions options,
        DeviceTensor output)
    {
        RequireOnePerInput(weights.Length, inputs);
        RequireOnePerInput(densities.Length, inputs);
        RequireDensities(densities);
        var bounds = Array.ConvertAll(densities.ToArray(), DareMask.BoundOf);
        var scales = Array.ConvertAll(densities.ToArray(), density => options.Rescale ? 1 / density : 1);
        var sparse = new SparseMergeOptions(options.ElectSign, options.Normalize, options.Lambda);
        var kernel = new DareKernel(new MaskedSum(new SparseFactors(weights, scales, sparse), sparse), bounds, options.Key);
        _sweep.Map(kernel, baseTensor, inputs, output, options.FirstIndex);
    }

    public override void FeatureEnergies(DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, Span<double> energies)
    {
        var operands = new Operands(baseTensor, inputs);
        var rows = RowCount(baseTensor);
        ArgumentOutOfRangeException.ThrowIfNotEqual(energies.Length, inputs.Length * rows);
        var sums = new double[energies.Length];
        if (rows == operands.ElementCount)
        {
            _sweep.Visit(new ElementEnergyKernel(sums, inputs.Length, rows), operands);
        }
        else
        {
            _sweep.VisitRows(new FeatureEnergyKernel(sums, inputs.Length, rows, operands.ElementCount / rows), operands, rows);
        }

        sums.CopyTo(energies);
    }

    public override void AddFeatures(
        DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<double> featureWeights, DeviceTensor output)
    {
        var rows = RowCount(baseTensor);
        var count = inputs.Length;
        ArgumentOutOfRangeException.ThrowIfNotEqual(featureWeights.Length, count * rows);
        if (rows == baseTensor.ElementCount)
        {
            // A granule reads past the last weight.
            var padded = new double[featureWeights.Length + MergeSweep.Granule];
            featureWeights.CopyTo(padded);
            _sweep.Map(new ElementFeatureKernel(padded, rows, count), baseTensor, inputs, output);
        }
        else
        {
            Sum<BaseOrigin>(baseTensor, inputs, rows, featureWeights.ToArray(), output);
        }
    }

    public override void Survey(DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, double largeBound, TaskVectorSurvey survey)
    {
        RequireOnePerInput(survey.InputCount, inputs);
        var operands = inputs.IsEmpty ? new Operands(baseTensor: null, [baseTensor]) : new Operands(baseTensor, inputs);
        var layout = new SurveyLayout(inputs.Length);
        var blockCount = checked((int)((operands.ElementCount + MergeSweep.TileSize - 1) / MergeSweep.TileSize));
        var sums = new double[checked(blockCount * layout.SumCount)];
        var counts = new long[_team.ThreadCount * layout.CountSpacing];
        _sweep.Visit(new SurveyKernel(layout, largeBound, sums, counts), operands);
        survey.ElementCount += operands.ElementCount;
        SurveyReduction.Reduce(layout, sums, counts, survey);
    }

    public override void Copy(DeviceTensor input, DeviceTensor output)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(output.ElementCount, input.ElementCount);
        if (input.DType != output.DType)
        {
            _sweep.Map(new WeightedSumKernel<NoOrigin>(new WeightColumn([1])), baseTensor: null, [input], output);
            return;
        }

        var source = (HostTensor)input;
        var target = (HostTensor)output;
        NativeMemory.Copy(source.Pointer, target.Pointer, (nuint)source.ByteCount);
        GC.KeepAlive(source);
        GC.KeepAlive(target);
    }

    public override double LargestMagnitude(DeviceTensor tensor)
    {
        var largest = new double[_team.ThreadCount * WorkerCounts.Spacing];
        _sweep.Visit(new LargestMagnitudeKernel(largest), new Operands(baseTensor: null, [tensor]));
        return largest.Aggregate(Math.Max);
    }

    public override long CountNonFinite(DeviceTensor tensor)
    {
        var counts = WorkerCounts.Create(_team.ThreadCount);
        var operands = new Operands(baseTensor: null, [tensor]);
        switch (tensor.DType)
        {
            case DType.F64:
                _sweep.Visit(new NonFiniteKernel<long>(BitConverter.DoubleToInt64Bits(double.PositiveInfinity), counts), operands);
                break;
            case DType.F32:
                _sweep.Visit(new NonFiniteKernel<int>(BitConverter.SingleToInt32Bits(float.PositiveInfinity), counts), operands);
                break;
            case DType.F16:
                _sweep.Visit(new NonFiniteKernel<short>(BitConverter.HalfToInt16Bits(Half.PositiveInfinity), counts), operands);
                break;
            default:
                // A bfloat16 is the upper half of a float.
                _sweep.Visit(
                    new NonFiniteKernel<short>((short)(BitConverter.SingleToInt32Bits(float.PositiveInfinity) >> 16), counts), operands);
                break;
        }

        return WorkerCounts.Sum(counts);
    }
}
