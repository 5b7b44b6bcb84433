namespace Convergence.Tensors.Devices;

/// <summary>
/// The operators of a transformer's forward pass. Activations are F32 matrices with one row per token, the tokens of a
/// batch's sequences one after another (ragged: no padding). Weights may have any float type.
/// Results do not depend on the number of threads nor on which other rows share the batch.
/// </summary>
/// <remarks>
/// Several models of one shape may go through an operator together. Their rows then lie one model's after another's, as many of each, and
/// the weight is a stack: the models' matrices (<see cref="PackedMatrix.MemberCount"/>), or their vectors, one after another. Every row
/// meets its own model's weight, with the result that it would have alone.
/// </remarks>
public abstract class TransformerKernels
{
    protected TransformerKernels()
    {
    }

    /// <summary>
    /// Lays weight matrices out for <see cref="MatMul"/>, one above the other along the outputs (fused projections).
    /// </summary>
    /// <param name="weights">Matrices of equal input count.</param>
    /// <param name="layout">How they are stored.</param>
    /// <param name="reuse">A packed matrix of the same extents to overwrite, or <see langword="null"/> to allocate one.</param>
    /// <param name="member">Which matrix of a stack is filled; the others keep what they hold.</param>
    /// <param name="memberCount">Matrices of the stack: of <paramref name="reuse"/>, or to allocate.</param>
    public abstract PackedMatrix Pack(
        ReadOnlySpan<DeviceTensor> weights, WeightLayout layout, PackedMatrix? reuse = null, int member = 0, int memberCount = 1);

    /// <summary>output[r] = table[ids[r]], or output[r] += table[ids[r]] when accumulating. Ids must lie inside the table.</summary>
    public abstract void Embed(DeviceTensor table, ReadOnlySpan<int> ids, MatrixView output, bool accumulate = false);

    /// <summary>
    /// output = weight * input / sqrt(mean(input^2) + epsilon), row by row (arXiv 1910.07467). The output may be the input.
    /// </summary>
    public abstract void RmsNorm(MatrixView input, DeviceTensor weight, float epsilon, MatrixView output);

    /// <summary>
    /// output = weight * (input - mean) / sqrt(variance + epsilon) + bias, row by row (arXiv 1607.06450). The output may be the input.
    /// </summary>
    public abstract void LayerNorm(MatrixView input, DeviceTensor weight, DeviceTensor bias, float epsilon, MatrixView output);

    /// <summary>output = input x weight^T (+ bias), or output += the same when accumulating (a residual connection).</summary>
    /// <param name="input">[rows, inputs].</param>
    /// <param name="weight">Packed, [outputs, inputs], or a stack of such.</param>
    /// <param name="bias">[outputs] for each matrix of the stack, or <see langword="null"/>.</param>
    /// <param name="output">[rows, outputs].</param>
    /// <param name="accumulate">Whether the product is added to what <paramref name="output"/> holds.</param>
    public abstract void MatMul(MatrixView input, PackedMatrix weight, DeviceTensor? bias, MatrixView output, bool accumulate = false);

    /// <summary>
    /// Rotary position embedding in place (arXiv 2104.09864), in the layout of Hugging Face's Llama: feature i of a head pairs
    /// with feature i + headSize/2.
    /// </summary>
    /// <param name="heads">[rows, headCount * headSize].</param>
    /// <param name="positions">Each row's position.</param>
    /// <param name="cosines">[positions, headSize/2], F32.</param>
    /// <param name="sines">[positions, headSize/2], F32.</param>
    /// <param name="headSize">Features of one head; even.</param>
    public abstract void Rope(MatrixView heads, ReadOnlySpan<int> positions, DeviceTensor cosines, DeviceTensor sines, int headSize);

    /// <summary>
    /// Causal scaled dot-product attention with grouped queries, sequence by sequence.
    /// <paramref name="query"/> and <paramref name="output"/> have HeadCount * HeadSize columns,
    /// <paramref name="key"/> and <paramref name="value"/> KeyValueHeadCount * HeadSize.
    /// </summary>
    public abstract void Attention(
        MatrixView query, MatrixView key, MatrixView value, ReadOnlySpan<AttentionSpan> sequences, AttentionShape shape, MatrixView output);

    /// <summary>
    /// output = silu(gate) * up (arXiv 2002.05202), where <paramref name="gateAndUp"/>
    /// holds gate in its first half of columns and up in its second.
    /// </summary>
    public abstract void SwiGlu(MatrixView gateAndUp, MatrixView output);

    /// <summary>The Gaussian error linear unit, in place.</summary>
    public abstract void Gelu(MatrixView values, GeluForm form);

    /// <summary>destination[destinationRows[r]] = source[r]: appends keys and values to a cache.</summary>
    public abstract void ScatterRows(MatrixView source, ReadOnlySpan<int> destinationRows, MatrixView destination);

    /// <summary>destination[r] = source[sourceRows[r]]: picks the rows that need logits.</summary>
    public abstract void GatherRows(MatrixView source, ReadOnlySpan<int> sourceRows, MatrixView destination);

    /// <summary>
    /// Cross-entropy, row by row: logProbabilities[r] = logits[r][targets[r]] - log sum exp(logits[r]), in nats.
    /// </summary>
    public abstract void LogProbabilities(MatrixView logits, ReadOnlySpan<int> targets, Span<float> logProbabilities);

    /// <summary>The index of each row's largest logit; the lowest index among equals.</summary>
    public abstract void ArgMax(MatrixView logits, Span<int> indices);
}
