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
}
