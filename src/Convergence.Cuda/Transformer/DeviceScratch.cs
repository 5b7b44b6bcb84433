using Convergence.Cuda.Runtime;

namespace Convergence.Cuda.Transformer;

/// <summary>Memory of the GPU that one operator fills and the next empties; it grows and is kept from call to call.</summary>
internal sealed class DeviceScratch(CudaRuntime runtime) : IDisposable
{
    private DeviceBlock? _block;

    /// <summary>At least this many bytes; what they held may be lost.</summary>
    public ulong Reserve(long byteCount)
    {
        if (_block is null || _block.ByteCount < byteCount)
        {
            _block?.Dispose();
            _block = null;
            _block = runtime.Memory.Allocate(byteCount);
        }

        return _block.Address;
    }

    public void Dispose() => _block?.Dispose();
}
