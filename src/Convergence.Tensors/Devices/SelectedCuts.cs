namespace Convergence.Tensors.Devices;

/// <summary>
/// Cuts that were selected, in the order of the inputs. A device may find them in its own time: they are known to its operators at once,
/// to the host when it reads them.
/// </summary>
public abstract class SelectedCuts : IDisposable
{
    /// <summary>How many there are.</summary>
    public abstract int Count { get; }

    /// <summary>Waits for the cuts and copies them.</summary>
    /// <param name="cuts">As many as there are.</param>
    public abstract void Read(Span<MagnitudeCut> cuts);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
