using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>Places for the inputs of a block, kept from one block to the next. Used by one thread at a time.</summary>
internal sealed class InputSlots
{
    private DeviceTensor[] _slots = [];

    /// <summary>So many places, which hold what an earlier block left in them.</summary>
    public Span<DeviceTensor> Take(int count)
    {
        if (_slots.Length < count)
        {
            _slots = new DeviceTensor[count];
        }

        return _slots.AsSpan(0, count);
    }
}
