using Convergence.Cuda.Residency;
using Convergence.Cuda.Runtime;
using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda;

/// <summary>
/// One GPU. Its operators queue work and return; what hands numbers back to the host waits for it. Used by one caller at a time, from any
/// thread.
/// </summary>
internal sealed class CudaDevice : ComputeDevice
{
    private readonly CudaRuntime _runtime;
    private readonly ResidentTensors _residents = new();
    private readonly CudaEvent _start;
    private readonly CudaEvent _end;
    private bool _isDisposed;

    /// <param name="runtime">Becomes this device's own.</param>
    /// <param name="merging">Over the same runtime.</param>
    /// <param name="transformer">Over the same runtime.</param>
    public CudaDevice(CudaRuntime runtime, MergeKernels merging, TransformerKernels transformer)
    {
        _runtime = runtime;
        Merging = merging;
        Transformer = transformer;
        _start = new CudaEvent(runtime.Context, isTimed: true);
        _end = new CudaEvent(runtime.Context, isTimed: true);
        runtime.Memory.Reclaim = Reclaim;
        runtime.Kernels.Note = Note;
    }

    public override string Name => "cuda";

    public override string Description => _runtime.Gpu.ToString();

    /// <summary>1: the host's part is its caller's alone.</summary>
    public override int ThreadCount => 1;

    public override bool UsesHostMemory => false;

    public override long StagingByteCount => CudaRuntime.PinnedByteCount;

    public override MergeKernels Merging { get; }

    public override TransformerKernels Transformer { get; }

    public override long AllocatedBytes => _runtime.Memory.Meter.CurrentBytes;

    public override long PeakAllocatedBytes => _runtime.Memory.Meter.PeakBytes;

    /// <summary>What is under this device.</summary>
    internal CudaRuntime Runtime => _runtime;

    /// <summary>Weights of files that stay.</summary>
    internal ResidentTensors Residents => _residents;

    /// <summary>What a plan leaves alone.</summary>
    internal MemorySpare Spare { get; init; } = MemorySpare.Default;

    public override void ResetPeak() => _runtime.Memory.Meter.ResetPeak();

    public override long AllocationByteCount(long byteCount) => SizeClasses.TakenBy(byteCount);

    public override DeviceTensor Allocate(DType dtype, TensorShape shape) => CudaTensor.Allocate(_runtime, dtype, shape);

    public override DeviceTensor Import(HostTensor tensor)
    {
        // What stays may have been brought by work aside.
        _runtime.AwaitAside();
        return _residents.Import(_runtime, tensor);
    }

    public override HostTensor Export(DeviceTensor tensor)
    {
        var host = HostTensor.Allocate(tensor.DType, tensor.Shape);
        Download((CudaTensor)tensor, host);
        return host;
    }

    public override TensorExport BeginExport(DeviceTensor tensor)
    {
        var own = (CudaTensor)tensor;
        return new CudaExport(_runtime.BeginDownload(own.ByteCount == 0 ? 0 : own.Address, own.ByteCount), own.DType);
    }

    public override DeviceMemoryPlan PlanMemory(DeviceMemoryNeeds needs)
    {
        // What is resident already would be planned for as if it were gone: it is given back first.
        _residents.Budget = 0;
        var (free, total) = _runtime.Memory.Available();
        var plan = MemoryPlanner.Plan(free, total, needs, Spare);
        _residents.Budget = plan.ResidentByteCount;
        return plan;
    }

    public override void BeginAside(Func<bool> part) => _runtime.BeginAside(part);

    public override void FinishAside() => _runtime.FinishAside();

    public override void DropAside() => _runtime.DropAside();

    /// <summary>There is none: who shares work out among threads computes on the processors.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override ComputeDevice ForOneThread() =>
        throw new NotSupportedException("A GPU is used by one caller at a time and cannot be shared out among threads.");

    public override void Read(DeviceTensor source, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, source.ElementCount);
        if (source.DType == DType.F32)
        {
            DownloadFloats((CudaTensor)source, destination);
            return;
        }

        using var widened = CudaTensor.Allocate(_runtime, DType.F32, source.Shape);
        Merging.Copy(source, widened);
        DownloadFloats(widened, destination);
    }

    public override void Write(ReadOnlySpan<float> source, DeviceTensor destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(source.Length, destination.ElementCount);
        if (destination.DType == DType.F32)
        {
            UploadFloats(source, (CudaTensor)destination);
            return;
        }

        using var wide = CudaTensor.Allocate(_runtime, DType.F32, destination.Shape);
        UploadFloats(source, wide);
        Merging.Copy(wide, destination);
    }

    public override TimeSpan Time(Action work)
    {
        FinishAside();
        _runtime.Compute.Record(_start);
        work();
        _runtime.Compute.Record(_end);
        _end.Synchronize();
        return _end.ElapsedSince(_start);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            (Merging as IDisposable)?.Dispose();
            (Transformer as IDisposable)?.Dispose();
            _residents.Dispose();
            _start.Dispose();
            _end.Dispose();
            _runtime.Dispose();
        }
    }

    private void DownloadFloats(CudaTensor source, Span<float> destination)
    {
        if (!destination.IsEmpty)
        {
            _runtime.Download(source.Address, destination);
        }
    }

    private void UploadFloats(ReadOnlySpan<float> source, CudaTensor destination)
    {
        if (!source.IsEmpty)
        {
            _runtime.Upload(source, destination.Address);
        }
    }

    private void Download(CudaTensor source, HostTensor destination)
    {
        for (long done = 0; done < destination.ByteCount;)
        {
            var part = destination.WritableBytes(done, 1 << 30);
            _runtime.Download(source.Address + (ulong)done, part);
            done += part.Length;
        }
    }

    // What is kept for speed goes before an allocation fails: the parents' weights that stay, then what others hold.
    private bool Reclaim()
    {
        // Work on either stream may be using what is about to be given back.
        _runtime.Synchronize();
        var released = _residents.Reclaim();
        if (released > 0)
        {
            Note("the GPU's memory ran short: fewer of the parents' weights stay on it than planned, "
                + "the others are uploaded for every merge.");
        }

        return released > 0 || AskForMemory();
    }
}
