using System.Runtime.InteropServices;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Memory;
using Convergence.Tensors.Safetensors;

namespace Convergence.Tensors;

/// <summary>
/// A tensor in the memory of this process: its own aligned block, or a view of a block or of a memory-mapped file.
/// Not thread-safe for writing; the content of a fresh tensor is undefined.
/// </summary>
public sealed unsafe class HostTensor : DeviceTensor
{
    private readonly byte* _pointer;

    // What keeps the memory alive: the NativeBlock, or the mapped file that a view reads.
    private readonly object _owner;
    private readonly bool _ownsMemory;

    private HostTensor(DType dtype, TensorShape shape, byte* pointer, object owner, bool ownsMemory) : base(dtype, shape)
    {
        _pointer = pointer;
        _owner = owner;
        _ownsMemory = ownsMemory;
    }

    /// <summary>
    /// The first element, aligned to the element's size or not. Valid while this tensor is reachable (GC.KeepAlive) and its memory
    /// is not disposed.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The tensor that owns the memory, or its file, was disposed.</exception>
    internal byte* Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(_owner is SafeHandle { IsClosed: true } or MappedFile { IsClosed: true }, this);
            return _pointer;
        }
    }

    /// <summary>Allocates an uninitialised tensor, aligned to 64 bytes.</summary>
    /// <param name="dtype">Element type.</param>
    /// <param name="shape">Extents.</param>
    /// <param name="meter">Counts the bytes, or <see langword="null"/>.</param>
    public static HostTensor Allocate(DType dtype, TensorShape shape, MemoryMeter? meter = null)
    {
        var block = new NativeBlock(checked(shape.ElementCount * dtype.ByteCount()), meter);
        return new HostTensor(dtype, shape, block.Pointer, block, ownsMemory: true);
    }

    /// <summary>An F32 tensor with a copy of the values.</summary>
    public static HostTensor From(ReadOnlySpan<float> values, TensorShape shape)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, shape.ElementCount);
        var tensor = Allocate(DType.F32, shape);
        values.CopyTo(tensor.AsSpan<float>());
        return tensor;
    }

    /// <summary>A tensor over memory that <paramref name="owner"/> keeps alive.</summary>
    internal static HostTensor View(DType dtype, TensorShape shape, byte* pointer, object owner) =>
        new(dtype, shape, pointer, owner, ownsMemory: false);

    public override HostTensor Slice(long start, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, ElementCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, ElementCount - start);
        return View(DType, new TensorShape(count), _pointer + (start * DType.ByteCount()), _owner);
    }

    public override HostTensor Reshape(TensorShape shape)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(shape.ElementCount, ElementCount);
        return View(DType, shape, _pointer, _owner);
    }

    /// <summary>
    /// Refuses a view of a mapped file that another program has cut short since: touching what is gone would end the process.
    /// </summary>
    /// <exception cref="SafetensorsException">The file is shorter than it was mapped.</exception>
    public void EnsureWhole() => (_owner as MappedFile)?.EnsureWhole();

    /// <summary>The elements as a span. <typeparamref name="T"/> must have the element type's size.</summary>
    /// <exception cref="InvalidOperationException">The size differs, or there are more elements than a span can hold.</exception>
    public Span<T> AsSpan<T>() where T : unmanaged
    {
        if (sizeof(T) != DType.ByteCount() || ElementCount > int.MaxValue)
        {
            throw new InvalidOperationException($"A {DType} tensor of shape {Shape} cannot be viewed as a span of {typeof(T).Name}.");
        }

        return new Span<T>(Pointer, (int)ElementCount);
    }

    /// <summary>The raw bytes from <paramref name="byteOffset"/>, at most <paramref name="maxByteCount"/> of them.</summary>
    public ReadOnlySpan<byte> Bytes(long byteOffset, int maxByteCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(byteOffset);
        ArgumentOutOfRangeException.ThrowIfNegative(maxByteCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(byteOffset, ByteCount);
        return new ReadOnlySpan<byte>(Pointer + byteOffset, (int)Math.Min(maxByteCount, ByteCount - byteOffset));
    }

    /// <summary>As <see cref="Bytes"/>, to write to. The tensor is not mapped.</summary>
    internal Span<byte> WritableBytes(long byteOffset, int maxByteCount)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)byteOffset, (ulong)ByteCount);
        return new Span<byte>(Pointer + byteOffset, (int)Math.Min(maxByteCount, ByteCount - byteOffset));
    }

    /// <summary>
    /// Copies bytes from <paramref name="byteOffset"/> on. Those of a mapped tensor are read from its file without touching the mapping,
    /// as <see cref="ReadFromFile"/> does.
    /// </summary>
    internal void CopyTo(long byteOffset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)byteOffset, (ulong)ByteCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(destination.Length, ByteCount - byteOffset);
        if (_owner is MappedFile file)
        {
            file.Read(_pointer - file.Pointer + byteOffset, destination);
        }
        else
        {
            new ReadOnlySpan<byte>(Pointer + byteOffset, destination.Length).CopyTo(destination);
            GC.KeepAlive(this);
        }
    }

    /// <summary>
    /// Starts reading elements of a memory-mapped tensor from the disk and does not wait for them;
    /// the content and everything else stay as they are. Nothing happens for a tensor that owns its memory.
    /// </summary>
    public void ReadAhead(long start, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, ElementCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, ElementCount - start);
        if (_owner is MappedFile)
        {
            PageAdvice.ReadAhead(Pointer + (start * DType.ByteCount()), count * DType.ByteCount());
        }
    }

    /// <summary>
    /// Where the elements lie, the same whenever the file is mapped; <see langword="null"/> for a tensor that is not in a file.
    /// </summary>
    internal (string File, long ByteOffset)? Place => _owner is MappedFile file ? (file.Identity, _pointer - file.Pointer) : null;

    /// <summary>Whether the elements lie in a file that is mapped, and not in memory of their own.</summary>
    public bool IsMapped => _owner is MappedFile;

    /// <summary>
    /// Copies elements of a memory-mapped tensor, read from its file without touching the mapping:
    /// cheaper for what is looked at once. Safe to call from several threads.
    /// </summary>
    /// <param name="start">The first element.</param>
    /// <param name="destination">Takes as many as it has.</param>
    /// <exception cref="InvalidOperationException">The tensor is not mapped.</exception>
    /// <exception cref="SafetensorsException">The file cannot be read any more.</exception>
    public void ReadFromFile(long start, HostTensor destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.DType, DType);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(destination.ElementCount, ElementCount - start);
        var file = _owner as MappedFile ?? throw new InvalidOperationException("The tensor is in memory, not in a file.");
        file.Read(
            _pointer - file.Pointer + (start * DType.ByteCount()),
            new Span<byte>(destination.Pointer, checked((int)destination.ByteCount)));
        GC.KeepAlive(destination);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _ownsMemory)
        {
            ((SafeHandle)_owner).Dispose();
        }
    }
}
