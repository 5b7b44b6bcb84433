using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.LanguageModels.Architectures;

/// <summary>
/// The keys and values of sequences that are being generated. Each sequence has a slot of fixed capacity, so that it can end and
/// another take its place without moving anything.
/// </summary>
internal sealed class KeyValueCache : IDisposable
{
    private readonly DeviceTensor[] _layers;
    private readonly int _keyColumns;

    public KeyValueCache(ComputeDevice device, Architecture architecture, int slotCount, int slotCapacity)
    {
        SlotCount = slotCount;
        SlotCapacity = slotCapacity;
        _keyColumns = architecture.KeyColumns;
        _layers = new DeviceTensor[architecture.Shape.LayerCount];
        var shape = new TensorShape(checked(slotCount * slotCapacity), 2 * _keyColumns);
        try
        {
            for (var layer = 0; layer < _layers.Length; layer++)
            {
                _layers[layer] = device.Allocate(DType.F32, shape);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int SlotCount { get; }

    /// <summary>The longest sequence of a slot, in tokens.</summary>
    public int SlotCapacity { get; }

    public int LayerCount => _layers.Length;

    public int FirstRow(int slot) => slot * SlotCapacity;

    /// <summary>Keys and values side by side.</summary>
    public MatrixView KeysAndValues(int layer) => MatrixView.Of(_layers[layer]);

    public MatrixView Keys(int layer) => KeysAndValues(layer).Columns(0, _keyColumns);

    public MatrixView Values(int layer) => KeysAndValues(layer).Columns(_keyColumns, _keyColumns);

    public void Dispose()
    {
        foreach (var layer in _layers)
        {
            layer?.Dispose();
        }
    }
}
