using Convergence.Cuda.Runtime;

namespace Convergence.Cuda.Transformer;

/// <summary>
/// A list of integers on the GPU. A layer asks for the same list as the layer before: what is there already is not uploaded again.
/// </summary>
internal sealed class DeviceList(CudaRuntime runtime) : IDisposable
{
    private const int SmallestCapacity = 1024;

    private DeviceBlock? _block;
    private int[] _held = [];
    private int _count = -1;

    /// <summary>The address of a copy, which kernels that are queued from now on find; the host waits for nothing.</summary>
    public ulong Upload(ReadOnlySpan<int> values)
    {
        if (_count == values.Length && values.SequenceEqual(_held.AsSpan(0, _count)))
        {
            return _block!.Address;
        }

        if (_block is null || _held.Length < values.Length)
        {
            // Whatever fails from here on leaves nothing behind that would be taken for a list.
            _block?.Dispose();
            (_block, _count) = (null, -1);
            var capacity = Math.Max(SmallestCapacity, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)values.Length));
            _block = runtime.Memory.Allocate((long)capacity * sizeof(int));
            _held = new int[capacity];
        }

        _count = -1;
        runtime.Upload(values, _block.Address);
        values.CopyTo(_held);
        _count = values.Length;
        return _block.Address;
    }

    public void Dispose() => _block?.Dispose();
}
