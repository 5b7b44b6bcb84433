namespace Convergence.Tensors.Devices;

/// <summary>
/// The operators of a fusion by importance. A tensor is rows of equal length; an element's importance is |delta| * factors[row], its
/// difference and the product taken in float64, then rounded to float32.
/// </summary>
public abstract partial class MergeKernels
{
    /// <summary>
    /// How far the input's rows have moved as distributions: divergences[r] = sum_c p log(p/q) with p = softmax(input[r,
    /// :])[c] + offset and q = softmax(base[r, :])[c] + offset, in float64. Not below 0.
    /// </summary>
    /// <param name="baseTensor">The base.</param>
    /// <param name="input">The other model.</param>
    /// <param name="offset">Added to every probability; above 0.</param>
    /// <param name="divergences">One per row; its length divides the element count.</param>
    public abstract void RowDivergences(DeviceTensor baseTensor, DeviceTensor input, double offset, Span<double> divergences);

    /// <summary>The importances at given ranks, exactly: rank 0 is the smallest of all elements.</summary>
    /// <param name="baseTensor">The base.</param>
    /// <param name="input">The other model.</param>
    /// <param name="factors">One per row, finite and not negative.</param>
    /// <param name="ranks">Each in [0, elements).</param>
    /// <param name="importances">One per rank.</param>
    public abstract void SelectImportances(
        DeviceTensor baseTensor, DeviceTensor input, ReadOnlySpan<double> factors, ReadOnlySpan<long> ranks, Span<float> importances);

    /// <summary>output = the input where the importance is at least <paramref name="threshold"/>, the base elsewhere.</summary>
    public abstract void TakeImportant(
        DeviceTensor baseTensor, DeviceTensor input, ReadOnlySpan<double> factors, double threshold, DeviceTensor output);
}
