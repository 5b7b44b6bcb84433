namespace Convergence.Tensors.Devices;

/// <summary>Merges that ask, place by place, how the models relate to each other there.</summary>
public abstract partial class MergeKernels
{
    /// <summary>
    /// Where models differ most. The spread of a place is the standard deviation over the inputs (that of their task vectors,
    /// whatever the base), rounded to float32. Of the c places with a spread above zero the cut keeps the floor(share * c) largest spreads,
    /// at least one; of equals the lower index. Nothing is kept when all places are equal or the share is 0.
    /// </summary>
    public abstract MagnitudeCut SelectSpread(ReadOnlySpan<DeviceTensor> inputs, double share);

    /// <summary>
    /// energies[i] = sum of delta_i^2 over the places whose spread (<see cref="SelectSpread"/>)
    /// <paramref name="cut"/> keeps, accumulated in float64 over a fixed tree.
    /// </summary>
    public abstract void SpreadEnergies(
        DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, MagnitudeCut cut, Span<double> energies);

    /// <summary>
    /// The last two steps of SCE (arXiv 2408.07990). At the places whose spread the cut keeps a sign is elected, that of sum_i delta_i
    /// (plus for zero), and output = base + sum_i shares[i] delta_i / sum_i shares[i] over the models with that sign;
    /// elsewhere output = base.
    /// </summary>
    /// <param name="baseTensor">The base.</param>
    /// <param name="inputs">The fine-tuned tensors.</param>
    /// <param name="shares">Per input its share of the energy, not negative.</param>
    /// <param name="cut">Which places take part; <see cref="MagnitudeCut.KeepAll"/> for all.</param>
    /// <param name="firstIndex">The index of the first element in the whole tensor, when a slice is merged.</param>
    /// <param name="output">The merged tensor.</param>
    public abstract void MergeSpread(
        DeviceTensor baseTensor,
        ReadOnlySpan<DeviceTensor> inputs,
        ReadOnlySpan<double> shares,
        MagnitudeCut cut,
        long firstIndex,
        DeviceTensor output);

    /// <summary>How often every task vector changes a place (|delta_i| &gt; threshold) alone, and how often together with others.</summary>
    public abstract void CountOverlaps(
        DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, double threshold, Span<OverlapCounts> counts);

    /// <summary>
    /// RAM (arXiv 2601.13572): output = base + the mean of the delta_i with |delta_i| &gt; threshold; where that is one model alone, its
    /// delta_i times aloneFactors[i].
    /// </summary>
    public abstract void MergeOverlaps(
        DeviceTensor baseTensor,
        ReadOnlySpan<DeviceTensor> inputs,
        ReadOnlySpan<double> aloneFactors,
        double threshold,
        DeviceTensor output);
}
