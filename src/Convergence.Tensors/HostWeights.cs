using Convergence.Tensors.Devices;

namespace Convergence.Tensors;

/// <summary>Weights of a device where the host can read them, to be written to files: themselves on the CPU, copies elsewhere.</summary>
public sealed class HostWeights : IDisposable
{
    private readonly TensorSet? _copies;

    private HostWeights(ITensorSource source, TensorSet? copies)
    {
        Source = source;
        _copies = copies;
    }

    /// <summary>Host tensors of the weights' names.</summary>
    public ITensorSource Source { get; }

    /// <param name="weights">Tensors of the device; they stay as long as this is used.</param>
    /// <param name="device">Where they lie.</param>
    public static HostWeights Of(ITensorSource weights, ComputeDevice device)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(device);
        var copies = new TensorSet();
        try
        {
            foreach (var name in weights.Names)
            {
                if (weights.TryGet(name, out var tensor) && tensor is not HostTensor)
                {
                    copies.Add(name, device.Export(tensor));
                }
            }

            return copies.Names.Count == 0 ? new HostWeights(weights, copies: null) : new HostWeights(copies, copies);
        }
        catch
        {
            copies.Dispose();
            throw;
        }
    }

    public void Dispose() => _copies?.Dispose();
}
