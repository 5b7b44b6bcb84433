using Convergence.Tensors.Devices;

namespace Convergence.LanguageModels.Architectures;

/// <summary>
/// The tokens of one pass: a ragged batch, sequences one after another. Built anew for every pass in arrays that only grow.
/// </summary>
internal sealed class TokenBatch
{
    private int[] _tokens = [];
    private int[] _positions = [];
    private int[] _cacheRows = [];
    private AttentionSpan[] _spans = [];
    private int[] _outputRows = [];
    private int _spanCount;

    /// <summary>Tokens, and so rows of every activation.</summary>
    public int RowCount { get; private set; }

    public int OutputCount { get; private set; }

    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, RowCount);

    public ReadOnlySpan<int> Positions => _positions.AsSpan(0, RowCount);

    /// <summary>Where each token's keys and values go in the cache.</summary>
    public ReadOnlySpan<int> CacheRows => _cacheRows.AsSpan(0, RowCount);

    public ReadOnlySpan<AttentionSpan> Spans => _spans.AsSpan(0, _spanCount);

    /// <summary>The rows whose logits are wanted, ascending.</summary>
    public ReadOnlySpan<int> OutputRows => _outputRows.AsSpan(0, OutputCount);

    public void Clear()
    {
        RowCount = 0;
        OutputCount = 0;
        _spanCount = 0;
    }

    /// <summary>Appends a sequence, or its continuation.</summary>
    /// <param name="tokens">The new tokens.</param>
    /// <param name="firstPosition">The first one's position: how many tokens of the sequence were in earlier passes.</param>
    /// <param name="firstKey">The sequence's first row in the keys: of the cache, or of this batch when negative.</param>
    /// <param name="firstOutput">The first of the new tokens whose logits are wanted; all after it are wanted too.</param>
    public void Add(ReadOnlySpan<int> tokens, int firstPosition, int firstKey, int firstOutput)
    {
        var firstRow = RowCount;
        Grow(ref _tokens, firstRow + tokens.Length);
        Grow(ref _positions, firstRow + tokens.Length);
        Grow(ref _cacheRows, firstRow + tokens.Length);
        Grow(ref _outputRows, OutputCount + tokens.Length);
        Grow(ref _spans, _spanCount + 1);
        var keyRow = firstKey < 0 ? firstRow : firstKey;
        tokens.CopyTo(_tokens.AsSpan(firstRow));
        for (var index = 0; index < tokens.Length; index++)
        {
            _positions[firstRow + index] = firstPosition + index;
            _cacheRows[firstRow + index] = keyRow + firstPosition + index;
        }

        for (var index = firstOutput; index < tokens.Length; index++)
        {
            _outputRows[OutputCount++] = firstRow + index;
        }

        _spans[_spanCount++] = new AttentionSpan(firstRow, tokens.Length, keyRow, firstPosition + tokens.Length);
        RowCount += tokens.Length;
    }

    private static void Grow<T>(ref T[] array, int length)
    {
        if (array.Length < length)
        {
            Array.Resize(ref array, Math.Max(length, Math.Max(16, array.Length * 2)));
        }
    }
}
