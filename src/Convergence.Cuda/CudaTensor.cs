using Convergence.Cuda.Runtime;
using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda;

/// <summary>A tensor in a GPU's memory: its own block, or a view of one.</summary>
internal sealed class CudaTensor : DeviceTensor
{
    private readonly DeviceBlock _block;
    private readonly long _byteOffset;
    private readonly bool _ownsBlock;
    private Action? _returned;

    private CudaTensor(
        CudaRuntime runtime, DType dtype, TensorShape shape, DeviceBlock block, long byteOffset, bool ownsBlock) : base(dtype, shape)
    {
        Runtime = runtime;
        _block = block;
        _byteOffset = byteOffset;
        _ownsBlock = ownsBlock;
    }

    /// <summary>Whose memory it lies in.</summary>
    public CudaRuntime Runtime { get; }

    /// <summary>The first element, aligned to the element's size, and to 256 bytes unless this is a view.</summary>
    /// <exception cref="ObjectDisposedException">The tensor that owns the memory was disposed.</exception>
    public ulong Address => _block.Address + (ulong)_byteOffset;

    /// <summary>An undefined tensor.</summary>
    public static CudaTensor Allocate(CudaRuntime runtime, DType dtype, TensorShape shape) =>
        new(
            runtime,
            dtype,
            shape,
            runtime.Memory.Allocate(checked(shape.ElementCount * dtype.ByteCount())),
            byteOffset: 0,
            ownsBlock: true);

    /// <summary>A copy of a host tensor, queued for uploading.</summary>
    public static CudaTensor From(CudaRuntime runtime, HostTensor source)
    {
        var tensor = Allocate(runtime, source.DType, source.Shape);
        try
        {
            if (source.ByteCount > 0)
            {
                runtime.Fill(tensor._block, source);
            }

            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    /// <summary>A view that is lent: disposing it calls <paramref name="returned"/>, once.</summary>
    public CudaTensor Lend(Action returned) =>
        new(Runtime, DType, Shape, _block, _byteOffset, ownsBlock: false) { _returned = returned };

    public override CudaTensor Slice(long start, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, ElementCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, ElementCount - start);
        return new CudaTensor(Runtime, DType, new TensorShape(count), _block, _byteOffset + (start * DType.ByteCount()), ownsBlock: false);
    }

    public override CudaTensor Reshape(TensorShape shape)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(shape.ElementCount, ElementCount);
        return new CudaTensor(Runtime, DType, shape, _block, _byteOffset, ownsBlock: false);
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing)
        {
            return;
        }

        if (_ownsBlock)
        {
            _block.Dispose();
        }

        Interlocked.Exchange(ref _returned, null)?.Invoke();
    }
}
