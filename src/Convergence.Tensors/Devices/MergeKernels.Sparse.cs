namespace Convergence.Tensors.Devices;

/// <summary>Merges of task vectors of which each keeps some elements only.</summary>
public abstract partial class MergeKernels
{
    /// <summary>The L1 norm of every delta_i, whole and between its cuts, accumulated in float64 over a fixed tree.</summary>
    public abstract void SumMagnitudes(
        DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<MagnitudeBand> bands, Span<MagnitudeSums> sums);

    /// <summary>
    /// With d_i = scales[i] * delta_i inside bands[i] and 0 outside: output = base + lambda sum_i weights[i] d_i, or, with an election, the
    /// sum over the models that agree with the elected sign of sum_i weights[i] d_i.
    /// </summary>
    /// <param name="baseTensor">The base.</param>
    /// <param name="inputs">The fine-tuned tensors.</param>
    /// <param name="weights">Per input, the factor of its task vector; what normalisation divides by.</param>
    /// <param name="scales">Per input, a further positive factor that normalisation leaves alone.</param>
    /// <param name="bands">Per input, which of its elements take part.</param>
    /// <param name="options">Consensus, normalisation, lambda.</param>
    /// <param name="output">The merged tensor.</param>
    public abstract void MergeBands(
        DeviceTensor baseTensor,
        ReadOnlySpan<DeviceTensor> inputs,
        ReadOnlySpan<double> weights,
        ReadOnlySpan<double> scales,
        ReadOnlySpan<MagnitudeBand> bands,
        SparseMergeOptions options,
        DeviceTensor output);

    /// <summary>
    /// The L1 norm of every delta_i, and of what <see cref="MergeSampled"/> keeps of it,
    /// accumulated in float64 over a fixed tree from magnitudes in float32.
    /// </summary>
    /// <returns>
    /// What is kept, for <see cref="MergeSampled"/> over the same tensors, to be disposed;
    /// <see langword="null"/> where that takes too much memory.
    /// </returns>
    public abstract SampledElements? SumSampled(
        DeviceTensor baseTensor,
        ReadOnlySpan<DeviceTensor> inputs,
        ReadOnlySpan<RankedDensity> densities,
        RankedSampling sampling,
        Span<MagnitudeSums> sums);

    /// <summary>
    /// MAGPRUNE (DELLA, arXiv 2406.11617): as <see cref="MergeBands"/>, but d_i = scales[i] * delta_i where an element is kept,
    /// and 0 elsewhere. It is kept with probability p, by the numbers of <see cref="Dare"/>. p goes linearly from densities[i].Lowest
    /// at the smallest |delta_i| of the element's row to densities[i].Highest at the largest; of equals (as float32) the lower index counts
    /// as smaller. A row of one element has the mean of the two. The element's index is its place in the tensor where all inputs have
    /// one density for all ranks; otherwise rows count as if each were filled up to a multiple of 256 elements.
    /// </summary>
    /// <param name="baseTensor">The base.</param>
    /// <param name="inputs">The fine-tuned tensors.</param>
    /// <param name="weights">Per input, the factor of its task vector; what normalisation divides by.</param>
    /// <param name="scales">Per input, a further positive factor that normalisation leaves alone.</param>
    /// <param name="densities">Per input, how likely its elements are kept.</param>
    /// <param name="sampling">Rows, random numbers, and whether d_i is divided by p.</param>
    /// <param name="options">Consensus, normalisation, lambda; the first index must begin a row where there are ranks.</param>
    /// <param name="output">The merged tensor.</param>
    /// <param name="drawn">
    /// What <see cref="SumSampled"/> returned for the whole of these tensors, densities and numbers;
    /// without it everything is ranked and drawn here.
    /// </param>
    public abstract void MergeSampled(
        DeviceTensor baseTensor,
        ReadOnlySpan<DeviceTensor> inputs,
        ReadOnlySpan<double> weights,
        ReadOnlySpan<double> scales,
        ReadOnlySpan<RankedDensity> densities,
        RankedSampling sampling,
        SparseMergeOptions options,
        DeviceTensor output,
        SampledElements? drawn = null);
}
