using Convergence.Cuda.Merging.Arguments;
using Convergence.Cuda.Runtime;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Merging;

/// <summary>Cuts in the GPU's memory.</summary>
/// <param name="launcher">Over the GPU.</param>
/// <param name="block">The cuts, which this owns.</param>
/// <param name="count">How many there are.</param>
internal sealed class CudaSelectedCuts(MergeLauncher launcher, DeviceBlock block, int count) : SelectedCuts
{
    public override int Count => count;

    /// <summary>The first.</summary>
    public ulong Address => block.Address;

    public override void Read(Span<MagnitudeCut> cuts)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(cuts.Length, count);
        foreach (var (place, cut) in launcher.Read<Cut>(block, count).Index())
        {
            cuts[place] = new MagnitudeCut(cut.Magnitude, cut.LastTie);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            block.Dispose();
        }
    }
}
