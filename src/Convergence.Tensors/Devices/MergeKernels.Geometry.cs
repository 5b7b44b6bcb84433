namespace Convergence.Tensors.Devices;

/// <summary>The operators of methods that look at lengths, angles and distances.</summary>
public abstract partial class MergeKernels
{
    /// <summary>The number of pairs (i, j) with i up to j among <paramref name="count"/> tensors: (0,0), (0,1), .. (1,1), ...</summary>
    public static int PairCount(int count) => count * (count + 1) / 2;

    /// <summary>
    /// The inner products of the tensors' vectors, in float64 over a fixed tree: grams[p * vectors.Count + v] for the p-th pair of
    /// <see cref="PairCount"/> and the v-th vector. With a base, those of the differences from it, each difference taken in float64.
    /// </summary>
    /// <param name="baseTensor">The base, or <see langword="null"/> to multiply the inputs themselves.</param>
    /// <param name="inputs">The tensors.</param>
    /// <param name="vectors">What in them is a vector; its element count is theirs.</param>
    /// <param name="grams">Receives PairCount(inputs.Length) * vectors.Count numbers.</param>
    public abstract void VectorGrams(
        DeviceTensor? baseTensor, ReadOnlySpan<DeviceTensor> inputs, VectorLayout vectors, Span<double> grams);

    /// <summary>
    /// |sum_i weights[i] inputs[i]|, or |sum_i weights[i] delta_i| with a base: the sum is taken element by element,
    /// so that vectors which cancel keep the digits that a Gram matrix has lost.
    /// </summary>
    public abstract double CombinedLength(
        DeviceTensor? baseTensor, ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<double> weights);

    /// <summary>
    /// output[v] = base[v] + sum_i weights[i * vectors.Count + v] * delta_i[v] for every vector v;
    /// without a base, the weighted sum of the inputs.
    /// </summary>
    /// <param name="baseTensor">The base or <see langword="null"/>.</param>
    /// <param name="inputs">The tensors.</param>
    /// <param name="vectors">What in them is a vector; its element count is theirs.</param>
    /// <param name="weights">One per input and vector.</param>
    /// <param name="output">The merged tensor.</param>
    public abstract void CombineVectors(
        DeviceTensor? baseTensor,
        ReadOnlySpan<DeviceTensor> inputs,
        VectorLayout vectors,
        ReadOnlySpan<double> weights,
        DeviceTensor output);

    /// <summary>
    /// NearSwap: output = base + clamp(slope * delta, -limit, limit); where slope is 1 and |delta| at most the limit, exactly the input.
    /// </summary>
    /// <param name="baseTensor">The base.</param>
    /// <param name="input">The other model.</param>
    /// <param name="limit">The largest change, 0 or more.</param>
    /// <param name="slope">In [0, 1].</param>
    /// <param name="output">The merged tensor.</param>
    public abstract void AddClamped(DeviceTensor baseTensor, DeviceTensor input, double limit, double slope, DeviceTensor output);
}
