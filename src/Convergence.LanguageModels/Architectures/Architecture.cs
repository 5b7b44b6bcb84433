using System.Diagnostics.CodeAnalysis;
using Convergence.Tensors.Devices;

namespace Convergence.LanguageModels.Architectures;

/// <summary>
/// One family of decoder-only transformers with its weights: what differs between families. The order of a pass, batching, the
/// key-value cache and the head are shared (<see cref="ForwardPass"/>).
/// </summary>
internal abstract class Architecture : IDisposable
{
    protected Architecture(ModelShape shape, int memberCapacity)
    {
        Shape = shape;
        MemberCapacity = memberCapacity;
        AttentionShape = new AttentionShape(
            shape.HeadCount, shape.KeyValueHeadCount, shape.HeadSize, (float)(1 / Math.Sqrt(shape.HeadSize)));
    }

    public ModelShape Shape { get; protected set; }

    public AttentionShape AttentionShape { get; protected set; }

    /// <summary>Models of the shape whose weights lie side by side in every buffer.</summary>
    public int MemberCapacity { get; }

    /// <summary>Columns of the queries, [HeadCount * HeadSize].</summary>
    public int QueryColumns => Shape.HeadCount * Shape.HeadSize;

    /// <summary>Columns of the keys, and of the values.</summary>
    public int KeyColumns => Shape.KeyValueHeadCount * Shape.HeadSize;

    /// <summary>Columns of the first product of the feed-forward block.</summary>
    public int MlpColumns => Shape.HasGatedMlp ? 2 * Shape.IntermediateSize : Shape.IntermediateSize;

    /// <summary>The output head, [vocabulary, hidden], of the models that the batch goes through.</summary>
    public abstract PackedMatrix Head(TokenBatch batch);

    /// <summary>Bytes of weights that this model holds, packed matrices without their padding.</summary>
    public abstract long WeightByteCount { get; }

    /// <summary>Whether another configuration can be filled into this one: everything but the number of layers agrees.</summary>
    public bool CanTake(ModelShape other) =>
        Shape with { LayerCount = other.LayerCount, ParameterCount = other.ParameterCount, MaxPositions = other.MaxPositions } == other;

    /// <summary>hidden = the embeddings of the batch's tokens.</summary>
    public abstract void Embed(TokenBatch batch, MatrixView hidden);

    /// <summary>qkv = the attention's input projections of layer <paramref name="layer"/>, positions applied.</summary>
    public abstract void ProjectAttentionInput(int layer, TokenBatch batch, Workspace workspace);

    /// <summary>
    /// The attention's output projection of layer <paramref name="layer"/>, [hidden, HeadCount * HeadSize], and its bias where it has one.
    /// </summary>
    public abstract (PackedMatrix Weight, DeviceTensor? Bias) AttentionOutput(int layer, TokenBatch batch);

    /// <summary>hidden += the feed-forward block of layer <paramref name="layer"/>.</summary>
    public abstract void RunMlp(int layer, TokenBatch batch, Workspace workspace);

    /// <summary>output = the final normalisation of hidden rows.</summary>
    public abstract void Normalize(TokenBatch batch, MatrixView hidden, MatrixView output);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>A vector of the models that the batch goes through, of the vectors of all.</summary>
    [return: NotNullIfNotNull(nameof(stack))]
    protected DeviceTensor? Of(TokenBatch batch, DeviceTensor? stack)
    {
        if (stack is null || batch.MemberCount == MemberCapacity)
        {
            return stack;
        }

        var length = stack.ElementCount / MemberCapacity;
        return stack.Slice(batch.FirstMember * length, batch.MemberCount * length);
    }

    /// <summary>A matrix of the models that the batch goes through, of the matrices of all.</summary>
    protected PackedMatrix Of(TokenBatch batch, PackedMatrix stack) =>
        batch.MemberCount == MemberCapacity ? stack : stack.Members(batch.FirstMember, batch.MemberCount);

    protected abstract void Dispose(bool disposing);
}
