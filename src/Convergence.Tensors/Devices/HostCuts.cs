namespace Convergence.Tensors.Devices;

/// <summary>Cuts in the process's own memory.</summary>
internal sealed class HostCuts(MagnitudeCut[] found) : SelectedCuts
{
    public override int Count => found.Length;

    public override void Read(Span<MagnitudeCut> cuts) => found.CopyTo(cuts);

    protected override void Dispose(bool disposing)
    {
    }
}
