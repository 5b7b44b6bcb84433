using Convergence.Cuda.Runtime;
using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Transformer;

/// <summary>
/// A weight matrix [outputs, inputs], row after row, in the type that it is multiplied in: F32 or BF16. A stack is one behind the other.
/// </summary>
internal sealed class CudaPackedMatrix : PackedMatrix
{
    private readonly DeviceBlock _block;
    private readonly bool _ownsBlock;
    private readonly long _byteOffset;

    public CudaPackedMatrix(CudaRuntime runtime, DType dtype, int outputCount, int inputCount, int memberCount)
        : base(outputCount, inputCount, memberCount)
    {
        DType = dtype;
        _block = runtime.Memory.Allocate(checked(memberCount * ElementCount * dtype.ByteCount()));
        _ownsBlock = true;
    }

    private CudaPackedMatrix(CudaPackedMatrix stack, int first, int count) : base(stack.OutputCount, stack.InputCount, count)
    {
        DType = stack.DType;
        _block = stack._block;
        _byteOffset = stack._byteOffset + (first * ElementCount * DType.ByteCount());
    }

    public DType DType { get; }

    /// <summary>Elements of one matrix, and so from one to the next.</summary>
    public long ElementCount => (long)OutputCount * InputCount;

    public ulong Address => _block.Address + (ulong)_byteOffset;

    protected override PackedMatrix View(int first, int count) => new CudaPackedMatrix(this, first, count);

    protected override void Dispose(bool disposing)
    {
        if (disposing && _ownsBlock)
        {
            _block.Dispose();
        }
    }
}
