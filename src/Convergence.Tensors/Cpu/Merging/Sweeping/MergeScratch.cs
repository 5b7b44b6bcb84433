using Convergence.Tensors.Memory;

namespace Convergence.Tensors.Cpu.Merging.Sweeping;

/// <summary>Working memory, one block per worker, grown when needed and kept between calls.</summary>
internal sealed unsafe class MergeScratch(int workerCount)
{
    private readonly NativeBlock?[] _blocks = new NativeBlock?[workerCount];

    /// <summary>At least that many bytes, aligned to a cache line; what they held before is undefined.</summary>
    public byte* Rent(int worker, long byteCount)
    {
        var block = _blocks[worker];
        if (block is null || block.ByteCount < byteCount)
        {
            block?.Dispose();
            block = new NativeBlock(byteCount, meter: null);
            _blocks[worker] = block;
        }

        return block.Pointer;
    }
}
