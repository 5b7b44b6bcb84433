namespace Convergence.Tensors.Devices;

/// <summary>A tensor on its way from a device to the host, where it arrives piece by piece. Used by one thread at a time.</summary>
public abstract class TensorExport : IDisposable
{
    /// <summary>Waits for the next elements and copies them.</summary>
    /// <param name="destination">Takes as many as it has; of the exported tensor's type.</param>
    public abstract void Take(HostTensor destination);

    /// <summary>Ends it; what was not taken is left where it is.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
