using Convergence.Tensors.Memory;

namespace Convergence.Tensors.Cpu.Transformer;

/// <summary>
/// One growing buffer per worker, kept between calls: fresh memory costs more in page faults than most operators compute.
/// </summary>
internal sealed unsafe class WorkerScratch(int workerCount) : IDisposable
{
    private readonly NativeBlock?[] _blocks = new NativeBlock?[workerCount];

    /// <summary>At least <paramref name="count"/> floats for this worker, aligned to 64 bytes; what they held is lost.</summary>
    public float* Reserve(int worker, long count)
    {
        var byteCount = count * sizeof(float);
        if (_blocks[worker] is not { } block || block.ByteCount < byteCount)
        {
            _blocks[worker]?.Dispose();
            _blocks[worker] = block = new NativeBlock(byteCount, meter: null);
        }

        return (float*)block.Pointer;
    }

    public void Dispose()
    {
        foreach (var block in _blocks)
        {
            block?.Dispose();
        }
    }
}
