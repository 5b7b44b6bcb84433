using System.Runtime.InteropServices;

namespace Convergence.Tensors.Memory;

/// <summary>A block of native memory, aligned for the widest vectors and counted by a <see cref="MemoryMeter"/>.</summary>
internal sealed unsafe class NativeBlock : SafeHandle
{
    /// <summary>A cache line, and the width of a 512-bit vector.</summary>
    public const int Alignment = 64;

    private readonly MemoryMeter? _meter;

    public NativeBlock(long byteCount, MemoryMeter? meter) : base(IntPtr.Zero, ownsHandle: true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(byteCount);
        _meter = meter;
        ByteCount = byteCount;

        // A spare line at the end lets a kernel read whole vectors up to the last element.
        SetHandle((nint)NativeMemory.AlignedAlloc(checked((nuint)byteCount + Alignment), Alignment));
        GC.AddMemoryPressure(Math.Max(1, byteCount));
        _meter?.Add(byteCount);
    }

    public long ByteCount { get; }

    public override bool IsInvalid => handle == IntPtr.Zero;

    public byte* Pointer => (byte*)handle;

    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        GC.RemoveMemoryPressure(Math.Max(1, ByteCount));
        _meter?.Remove(ByteCount);
        return true;
    }
}
