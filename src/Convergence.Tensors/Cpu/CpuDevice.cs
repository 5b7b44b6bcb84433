using System.Diagnostics;
using System.Runtime.Intrinsics;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Memory;

namespace Convergence.Tensors.Cpu;

/// <summary>The device that is always there: managed SIMD kernels on a team of threads. The specification for other devices.</summary>
public sealed class CpuDevice : ComputeDevice
{
    private readonly MemoryMeter _meter = new();
    private readonly WorkerTeam _team;
    private readonly CpuTransformerKernels _transformer;

    /// <param name="threadCount">Threads to compute with; <see langword="null"/> means one per processor.</param>
    public CpuDevice(int? threadCount = null)
    {
        _team = new WorkerTeam(threadCount ?? Environment.ProcessorCount);
        Merging = new CpuMergeKernels(_team);
        _transformer = new CpuTransformerKernels(_team, _meter);
    }

    public override string Name => "cpu";

    public override string Description =>
        $"CPU, {_team.ThreadCount} {(_team.ThreadCount == 1 ? "thread" : "threads")}, {WidestVector()}";

    public override int ThreadCount => _team.ThreadCount;

    public override bool UsesHostMemory => true;

    public override MergeKernels Merging { get; }

    public override TransformerKernels Transformer => _transformer;

    public override long AllocatedBytes => _meter.CurrentBytes;

    public override long PeakAllocatedBytes => _meter.PeakBytes;

    public override void ResetPeak() => _meter.ResetPeak();

    public override HostTensor Allocate(DType dtype, TensorShape shape) => HostTensor.Allocate(dtype, shape, _meter);

    public override DeviceTensor Import(HostTensor tensor) => tensor;

    public override HostTensor Export(DeviceTensor tensor) => (HostTensor)tensor;

    public override ComputeDevice ForOneThread() => new CpuDevice(threadCount: 1);

    public override void Read(DeviceTensor source, Span<float> destination) =>
        FloatConversion.Widen((HostTensor)source, destination);

    public override void Write(ReadOnlySpan<float> source, DeviceTensor destination) =>
        FloatConversion.Narrow(source, (HostTensor)destination);

    public override TimeSpan Time(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _team.Dispose();
            _transformer.Dispose();
        }
    }

    private static string WidestVector() =>
        Vector512.IsHardwareAccelerated ? "Vector512"
        : Vector256.IsHardwareAccelerated ? "Vector256"
        : Vector128.IsHardwareAccelerated ? "Vector128"
        : "scalar";
}
