namespace Convergence.Tensors.Devices;

/// <summary>
/// The merge operators: each reads every parent once and writes the result once. Inputs are tensors of one shape and any
/// float type; the output has that shape and a float type of its own, and is rounded once, to nearest even, at the store.
/// delta_i stands for input_i - base. Results are the same bits for any number of threads and any slicing of a tensor
/// whose statistics (<see cref="Gram"/>, <see cref="SelectLargest"/>) were taken over the whole.
/// </summary>
public abstract partial class MergeKernels
{
    protected MergeKernels()
    {
    }

    /// <summary>
    /// Makes several merges in one reading of what they share: operators that fill a tensor and are called
    /// by <paramref name="operators"/> may wait, and are done when this returns, with the bits that they have alone.
    /// Until then no output may be read, and none may be an input.
    /// </summary>
    public abstract void Together(Action operators);

    /// <summary>output = sum_i weights[i] * inputs[i]: linear merging, and both ends of a slerp.</summary>
    public abstract void Combine(ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<double> weights, DeviceTensor output);

    /// <summary>output = base + sum_i weights[i] * delta_i: task arithmetic.</summary>
    public abstract void AddTaskVectors(
        DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<double> weights, DeviceTensor output);

    /// <summary>
    /// The inner products of tensors, gram[i * inputs.Length + j] = sum_k inputs[i][k] * inputs[j][k], accumulated in float64 over
    /// a fixed tree.
    /// </summary>
    public abstract void Gram(ReadOnlySpan<DeviceTensor> inputs, Span<double> gram);

    /// <summary>
    /// For every input the exact cut that keeps its <paramref name="keepCounts"/>[i] largest |delta_i|; among equal magnitudes the
    /// lower index is kept. A count of 0 gives <see cref="MagnitudeCut.KeepNone"/>.
    /// </summary>
    public abstract void SelectLargest(
        DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<long> keepCounts, Span<MagnitudeCut> cuts);

    /// <summary><see cref="SelectLargest"/> for operators of this device: it waits for nothing.</summary>
    public virtual SelectedCuts SelectCuts(
        DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<long> keepCounts)
    {
        var cuts = new MagnitudeCut[inputs.Length];
        SelectLargest(baseTensor, inputs, keepCounts, cuts);
        return new HostCuts(cuts);
    }

    /// <summary>
    /// Adds to <paramref name="histograms"/>[i] how many |delta_i| (as the bits of a float32, sign cleared) fall into each bucket
    /// of the range that starts with <paramref name="prefixes"/>[i]: the building block of an exact selection over a whole model.
    /// </summary>
    /// <param name="baseTensor">The base.</param>
    /// <param name="inputs">The fine-tuned tensors.</param>
    /// <param name="prefixes">Per input: the high bits already fixed, right-aligned.</param>
    /// <param name="prefixBitCount">How many bits are fixed, of 31: 0, 11 or 21.</param>
    /// <param name="bucketBitCount">How many bits the buckets resolve: 11 or 10.</param>
    /// <param name="histograms">Per input 2^bucketBitCount counts, one input after another.</param>
    public abstract void CountMagnitudes(
        DeviceTensor baseTensor,
        ReadOnlySpan<DeviceTensor> inputs,
        ReadOnlySpan<uint> prefixes,
        int prefixBitCount,
        int bucketBitCount,
        Span<long> histograms);

    /// <summary>TIES (arXiv 2306.01708): trim by <paramref name="cuts"/>, elect a sign, merge what agrees with it.</summary>
    public abstract void Ties(
        DeviceTensor baseTensor,
        ReadOnlySpan<DeviceTensor> inputs,
        ReadOnlySpan<double> weights,
        ReadOnlySpan<MagnitudeCut> cuts,
        TiesOptions options,
        DeviceTensor output);

    /// <summary>As the other, with cuts that this device has selected.</summary>
    /// <param name="baseTensor">The base.</param>
    /// <param name="inputs">The fine-tuned tensors.</param>
    /// <param name="weights">Per input, the factor of its task vector.</param>
    /// <param name="cuts">Among them those of the inputs; not disposed before the operator is called.</param>
    /// <param name="places">Per input, where its cut is among <paramref name="cuts"/>.</param>
    /// <param name="options">Signs and factors.</param>
    /// <param name="output">The merged tensor.</param>
    public virtual void Ties(
        DeviceTensor baseTensor,
        ReadOnlySpan<DeviceTensor> inputs,
        ReadOnlySpan<double> weights,
        SelectedCuts cuts,
        ReadOnlySpan<int> places,
        TiesOptions options,
        DeviceTensor output)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(places.Length, inputs.Length);
        var all = new MagnitudeCut[places.IsEmpty ? 0 : cuts.Count];
        cuts.Read(all);
        var own = new MagnitudeCut[places.Length];
        for (var input = 0; input < own.Length; input++)
        {
            own[input] = all[places[input]];
        }

        Ties(baseTensor, inputs, weights, own, options, output);
    }

    /// <summary>
    /// Elements with a positive elected sign less those with a negative one, over trimmed and weighted task vectors: what TIES's
    /// majority rule adds up over a model to settle exact zeros.
    /// </summary>
    public abstract long SumElectedSigns(
        DeviceTensor baseTensor,
        ReadOnlySpan<DeviceTensor> inputs,
        ReadOnlySpan<double> weights,
        ReadOnlySpan<MagnitudeCut> cuts,
        long firstIndex = 0);

    /// <summary>
    /// DARE (arXiv 2311.03099): drop each element of delta_i with probability 1 - densities[i], rescale the rest by
    /// 1/densities[i], then add or, with consensus, elect a sign first.
    /// </summary>
    /// <param name="baseTensor">The base.</param>
    /// <param name="inputs">The fine-tuned tensors.</param>
    /// <param name="weights">Per input, the factor of its task vector.</param>
    /// <param name="densities">Per input, the share that is kept, in (0, 1].</param>
    /// <param name="options">Seed, rescaling, consensus.</param>
    /// <param name="output">The merged tensor.</param>
    public abstract void Dare(
        DeviceTensor baseTensor,
        ReadOnlySpan<DeviceTensor> inputs,
        ReadOnlySpan<double> weights,
        ReadOnlySpan<double> densities,
        DareOptions options,
        DeviceTensor output);

    /// <summary>
    /// The energy of every output feature's task vector: energies[i * rows + r] = sum_c delta_i[r, c]^2.
    /// A matrix's output features are its rows; a vector's are its elements.
    /// </summary>
    public abstract void FeatureEnergies(DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, Span<double> energies);

    /// <summary>
    /// output[r, :] = base[r, :] + sum_i featureWeights[i * rows + r] * delta_i[r, :]: task vectors merged by per-feature weights,
    /// the last step of Deep Feature Selection.
    /// </summary>
    public abstract void AddFeatures(
        DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<double> featureWeights, DeviceTensor output);

    /// <summary>
    /// Looks once at a base and its relatives: inner products, magnitudes, sign conflicts, damage. Adds to what the survey holds;
    /// the bits of its sums depend on the order and size of the slices it is given, not on threads.
    /// </summary>
    /// <param name="baseTensor">The base, or the first model where there is none.</param>
    /// <param name="inputs">The other models' tensors; may be empty.</param>
    /// <param name="largeBound">A |delta_i| above this counts as large, >= 0.</param>
    /// <param name="survey">Of as many inputs.</param>
    public abstract void Survey(DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, double largeBound, TaskVectorSurvey survey);

    /// <summary>output = input, converted to the output's type. Equal types are copied byte by byte, whatever they are.</summary>
    public abstract void Copy(DeviceTensor input, DeviceTensor output);

    /// <summary>The largest |element|; 0 for an empty tensor, infinite or NaN where an element is.</summary>
    public abstract double LargestMagnitude(DeviceTensor tensor);

    /// <summary>Counts the elements that are NaN or infinite.</summary>
    public abstract long CountNonFinite(DeviceTensor tensor);

    /// <summary>Begins to look at several tensors, without waiting for each.</summary>
    /// <param name="capacity">At most so many.</param>
    public virtual TensorLooks BeginLooks(int capacity) => new HostLooks(this);
}
