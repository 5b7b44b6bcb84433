using Convergence.Tensors;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Memory;

namespace Convergence.Merging;

/// <summary>
/// What one thread of a <see cref="MergeCrew"/> merges with: kernels of its own,
/// and memory for the parts of parents that it reads. Used by one thread at a time.
/// </summary>
internal sealed class MergeLane(ComputeDevice device) : IDisposable
{
    private readonly List<PageBuffer> _buffers = [];

    public MergeKernels Kernels => device.Merging;

    /// <summary>Where the inputs of this lane's block stand.</summary>
    public InputSlots Inputs { get; } = new();

    /// <summary>
    /// Elements of a mapped tensor, read into this lane's memory, where they stay until the same place is asked for again.
    /// </summary>
    /// <param name="place">The number of the input among those of a block.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="first">The first element.</param>
    /// <param name="count">How many.</param>
    public HostTensor Read(int place, HostTensor tensor, long first, long count)
    {
        var byteCount = checked((int)(count * tensor.DType.ByteCount()));
        while (_buffers.Count <= place)
        {
            _buffers.Add(new PageBuffer(byteCount));
        }

        if (_buffers[place].ByteCount < byteCount)
        {
            _buffers[place].Dispose();
            _buffers[place] = new PageBuffer(byteCount);
        }

        var part = _buffers[place].View(tensor.DType, new TensorShape(count), byteOffset: 0);
        tensor.ReadFromFile(first, part);
        return part;
    }

    public void Dispose()
    {
        _buffers.ForEach(buffer => buffer.Dispose());
        device.Dispose();
    }
}
