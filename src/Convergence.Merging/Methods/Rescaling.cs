namespace Convergence.Merging;

/// <summary>What makes up for the elements of a task vector that were dropped.</summary>
public enum Rescaling
{
    /// <summary>Nothing: kept elements stay as they are.</summary>
    None,

    /// <summary>
    /// Each kept element is divided by the probability with which it was kept,
    /// so that its expectation stays (the papers of DARE and DELLA).
    /// </summary>
    Density,

    /// <summary>Kept elements are multiplied by sum |d| / sum |d'|, so that the tensor's L1 norm stays (mergekit).</summary>
    L1,
}
