using System.Runtime.InteropServices;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Memory;

namespace Convergence.Tensors;

/// <summary>
/// A tensor in the memory of this process: its own aligned block, or a view of a block or of a memory-mapped file.
/// Not thread-safe for writing; the content of a fresh tensor is undefined.
/// </summary>
public sealed unsafe class HostTensor : DeviceTensor
{
    private readonly byte* _pointer;

    // What keeps the memory alive: a NativeBlock, or the mapped file that a view reads.
    private readonly object _owner;
    private readonly bool _ownsMemory;

    private HostTensor(DType dtype, TensorShape shape, byte* pointer, object owner, bool ownsMemory) : base(dtype, shape)
    {
        _pointer = pointer;
        _owner = owner;
        _ownsMemory = ownsMemory;
    }

    /// <summary>The first element. Valid while this tensor is alive and not disposed.</summary>
    internal byte* Pointer => _pointer;

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
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + count, ElementCount);
        return View(DType, new TensorShape(count), _pointer + (start * DType.ByteCount()), this);
    }

    /// <summary>The same elements under another shape of equal element count.</summary>
    public HostTensor Reshape(TensorShape shape)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(shape.ElementCount, ElementCount);
        return View(DType, shape, _pointer, this);
    }

    /// <summary>The elements as a span. <typeparamref name="T"/> must have the element type's size.</summary>
    /// <exception cref="InvalidOperationException">The size differs, or there are more elements than a span can hold.</exception>
    public Span<T> AsSpan<T>() where T : unmanaged
    {
        if (sizeof(T) != DType.ByteCount() || ElementCount > int.MaxValue)
        {
            throw new InvalidOperationException($"A {DType} tensor of shape {Shape} cannot be viewed as a span of {typeof(T).Name}.");
        }

        return new Span<T>(_pointer, (int)ElementCount);
    }

    /// <summary>The raw bytes from <paramref name="byteOffset"/>, at most <paramref name="maxByteCount"/> of them.</summary>
    public ReadOnlySpan<byte> Bytes(long byteOffset, int maxByteCount) =>
        new(_pointer + byteOffset, (int)Math.Min(maxByteCount, ByteCount - byteOffset));

    protected override void Dispose(bool disposing)
    {
        if (disposing && _ownsMemory)
        {
            ((SafeHandle)_owner).Dispose();
        }
    }
}
