using Convergence.Cuda.Interop;

namespace Convergence.Cuda.Runtime;

/// <summary>Page-locked host memory, which the GPU copies from and to by itself while the host goes on.</summary>
internal sealed unsafe class PinnedBuffer : ContextChildHandle
{
    public PinnedBuffer(ContextHandle context, int byteCount) : base(context)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(byteCount);
        CudaException.ThrowIfFailed(CudaDriver.MemHostAlloc(out var pointer, (nuint)byteCount, flags: 0));
        SetHandle(pointer);
        ByteCount = byteCount;
    }

    public int ByteCount { get; }

    public byte* Pointer => (byte*)Value;

    public Span<byte> Bytes => new(Pointer, ByteCount);

    protected override int Release() => CudaDriver.MemFreeHost(handle);
}
