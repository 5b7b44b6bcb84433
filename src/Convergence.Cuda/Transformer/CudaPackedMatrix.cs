using Convergence.Cuda.Runtime;
using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Transformer;

/// <summary>A weight matrix [outputs, inputs], row after row, in the type that it is multiplied in: F32 or BF16.</summary>
internal sealed class CudaPackedMatrix(CudaRuntime runtime, DType dtype, int outputCount, int inputCount)
    : PackedMatrix(outputCount, inputCount)
{
    private readonly DeviceBlock _block = runtime.Memory.Allocate(checked((long)outputCount * inputCount * dtype.ByteCount()));

    public DType DType => dtype;

    public ulong Address => _block.Address;

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _block.Dispose();
        }
    }
}
