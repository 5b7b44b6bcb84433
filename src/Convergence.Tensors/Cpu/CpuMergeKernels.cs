using Convergence.Tensors.Cpu.Merging;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu;

#pragma warning disable CS9113, CA1801, IDE0005
internal sealed class CpuMergeKernels(WorkerTeam team) : MergeKernels
{
    private readonly MergeSweep _sweep = new(team);

    public override void Combine(ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<double> weights, DeviceTensor output) =>
        _sweep.Map(new CombineKernel(weights), baseTensor: null, inputs, output);

    public override void AddTaskVectors( DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<double> weights, DeviceTensor output) => throw new NotImplementedException();

    public override void Gram(ReadOnlySpan<DeviceTensor> inputs, Span<double> gram) => throw new NotImplementedException();

    public override void SelectLargest( DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<long> keepCounts, Span<MagnitudeCut> cuts) => throw new NotImplementedException();

    public override void CountMagnitudes( DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<uint> prefixes, int prefixBitCount, int bucketBitCount, Span<long> histograms) => throw new NotImplementedException();

    public override void Ties( DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<double> weights, ReadOnlySpan<MagnitudeCut> cuts, TiesOptions options, DeviceTensor output) => throw new NotImplementedException();

    public override long SumElectedSigns( DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<double> weights, ReadOnlySpan<MagnitudeCut> cuts, long firstIndex = 0) => throw new NotImplementedException();

    public override void Dare( DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<double> weights, ReadOnlySpan<double> densities, DareOptions options, DeviceTensor output) => throw new NotImplementedException();

    public override void FeatureEnergies(DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, Span<double> energies) => throw new NotImplementedException();

    public override void AddFeatures( DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<double> featureWeights, DeviceTensor output) => throw new NotImplementedException();

    public override void Copy(DeviceTensor input, DeviceTensor output) => throw new NotImplementedException();

    public override long CountNonFinite(DeviceTensor tensor) => throw new NotImplementedException();
}
