using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>Some of the cuts that were selected together: those of one merge's inputs.</summary>
/// <param name="All">All of them; whoever had them selected disposes them.</param>
/// <param name="Places">Per input, where its cut is.</param>
internal sealed record SharedCuts(SelectedCuts All, int[] Places)
{
    /// <summary>Waits for them.</summary>
    public MagnitudeCut[] Read()
    {
        var all = new MagnitudeCut[All.Count];
        All.Read(all);
        return Array.ConvertAll(Places, place => all[place]);
    }
}
