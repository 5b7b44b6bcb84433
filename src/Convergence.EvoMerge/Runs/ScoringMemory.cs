using Convergence.LanguageModels;
using Convergence.LanguageModels.Architectures;
using Convergence.Tensors.Devices;

namespace Convergence.EvoMerge.Runs;

/// <summary>
/// The most that a device's allocator hands out for scoring models of a shape, block by block as it rounds them. Matrices and vectors are
/// told apart only as far as they are allocated apart; biases and position tables are counted whether the model has them or not.
/// </summary>
/// <param name="device">Rounds.</param>
/// <param name="shape">The models'.</param>
/// <param name="layerCount">Layers of the deepest.</param>
/// <param name="products">What matrices are multiplied in.</param>
/// <param name="mostTogether">Candidates that are scored together at most; a block holds what all of them have of its kind.</param>
internal sealed class ScoringMemory(
    ComputeDevice device, ModelShape shape, int layerCount, ProductPrecision products, int mostTogether)
{
    // Lists of tokens, places and rows, and the results, for each row of a pass; the least that all of them take.
    private const int ListByteCount = 64;
    private const int LeastListsByteCount = 24 << 10;

    // Of attention that shares the keys of long texts out (CUDA): beyond so many keys, so much.
    private const int SharedOutKeys = 512;
    private const long PartialByteCount = 64 << 20;

    private readonly int _factorByteCount = products == ProductPrecision.Bf16 ? sizeof(ushort) : sizeof(float);

    private long QueryColumns => (long)shape.HeadCount * shape.HeadSize;

    private long KeyColumns => (long)shape.KeyValueHeadCount * shape.HeadSize;

    private long MlpColumns => (shape.HasGatedMlp ? 2L : 1L) * shape.IntermediateSize;

    /// <summary>Weights and activations of each of the candidates that are scored together.</summary>
    /// <param name="rowCount">Tokens of each that go through the layers together.</param>
    public long OfEach(int rowCount)
    {
        long hidden = shape.HiddenSize;
        var attentionColumns = QueryColumns + (2 * KeyColumns);
        var layer = Matrix(hidden * attentionColumns) + Matrix(QueryColumns * hidden)
            + Matrix(hidden * MlpColumns) + Matrix(shape.IntermediateSize * hidden)
            + Floats(attentionColumns) + Floats(MlpColumns) + (6 * Floats(hidden));
        var ends = Matrix(shape.VocabularySize * hidden) + Floats(shape.VocabularySize * hidden) + (2 * Floats(hidden));
        var activations = (2 * Floats(rowCount * hidden)) + Floats(rowCount * attentionColumns) + Floats(rowCount * QueryColumns)
            + Floats(rowCount * MlpColumns) + Floats((long)rowCount * shape.IntermediateSize);
        var widest = Math.Max(Math.Max(hidden, QueryColumns), shape.IntermediateSize);
        var narrowed = products == ProductPrecision.Bf16 ? Blocks((widest + 8) * rowCount * sizeof(ushort)) : 0;
        return (layerCount * layer) + ends + activations + narrowed + Blocks(rowCount * ListByteCount);
    }

    /// <summary>What is held however many candidates are scored together.</summary>
    /// <param name="rowCount">As of each.</param>
    /// <param name="cachedTokenCount">
    /// Tokens whose keys and values are held while completions are generated, of one candidate at a time.
    /// </param>
    public long Shared(int rowCount, long cachedTokenCount)
    {
        var cache = layerCount * Whole(cachedTokenCount * 2 * KeyColumns);
        var positions = 2 * Whole((long)shape.MaxPositions * Math.Max(shape.HeadSize, shape.HasGatedMlp ? 0 : shape.HiddenSize));
        var partials = shape.MaxPositions > SharedOutKeys ? PartialByteCount : 0;
        return LogitByteCount(rowCount) + cache + positions + partials + LeastListsByteCount;
    }

    // They are held for so many rows in all, however many candidates are scored together, but for one of each at least.
    private long LogitByteCount(int rowCount)
    {
        var most = Math.Max(mostTogether, (long)rowCount * mostTogether);
        var held = Math.Clamp(new LanguageModelOptions().MaxBatchLogits / shape.VocabularySize, mostTogether, most);
        return Whole(held * shape.VocabularySize);
    }

    private long Matrix(long elementCount) => Blocks(elementCount * _factorByteCount);

    private long Floats(long elementCount) => Blocks(elementCount * sizeof(float));

    private long Whole(long elementCount) => device.AllocationByteCount(elementCount * sizeof(float));

    // What one candidate has of a block that holds as many as are scored together, by whichever number of them it is most.
    private long Blocks(long byteCount)
    {
        long most = 0;
        for (var count = 1; count <= mostTogether; count++)
        {
            most = Math.Max(most, (device.AllocationByteCount(count * byteCount) + count - 1) / count);
        }

        return most;
    }
}
