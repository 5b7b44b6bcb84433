namespace Convergence.Tensors.Devices;

/// <summary>The L1 norms of a task vector before and after sparsification, in float64.</summary>
/// <param name="Total">sum |delta|.</param>
/// <param name="Kept">sum |delta| over the elements that are kept, before any rescaling.</param>
public readonly record struct MagnitudeSums(double Total, double Kept)
{
    /// <summary>The factor that gives the kept elements the whole's L1 norm; 1 where nothing that is not zero was kept.</summary>
    public double Ratio => Kept > 0 ? Total / Kept : 1;
}
