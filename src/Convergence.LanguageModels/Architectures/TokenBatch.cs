using Convergence.Tensors.Devices;

namespace Convergence.LanguageModels.Architectures;

/// <summary>
/// The tokens of one pass: a ragged batch, sequences one after another, for one model or for several, whose rows then lie one model's after
/// another's. Built anew for every pass in arrays that only grow.
/// </summary>
internal sealed class TokenBatch
{
    private int[] _tokens = [];
    private int[] _positions = [];
    private int[] _cacheRows = [];
    private AttentionSpan[] _spans = [];
    private int[] _outputRows = [];
    private int[] _tableRows = [];
    private int _spanCount;

    /// <summary>Tokens, and so rows of every activation.</summary>
    public int RowCount { get; private set; }

    public int OutputCount { get; private set; }

    /// <summary>The first of the models that the batch goes through.</summary>
    public int FirstMember { get; private set; }

    /// <summary>How many models it goes through.</summary>
    public int MemberCount { get; private set; } = 1;

    /// <summary>Whether the rows whose logits are wanted are all rows, in their order.</summary>
    public bool WantsAllRows { get; private set; }

    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, RowCount);

    public ReadOnlySpan<int> Positions => _positions.AsSpan(0, RowCount);

    /// <summary>Where each token's keys and values go in the cache.</summary>
    public ReadOnlySpan<int> CacheRows => _cacheRows.AsSpan(0, RowCount);

    public ReadOnlySpan<AttentionSpan> Spans => _spans.AsSpan(0, _spanCount);

    /// <summary>The rows whose logits are wanted, ascending; of several models in parts (<see cref="Spread"/>).</summary>
    public ReadOnlySpan<int> OutputRows => _outputRows.AsSpan(0, OutputCount);

    public void Clear()
    {
        RowCount = 0;
        OutputCount = 0;
        _spanCount = 0;
        (FirstMember, MemberCount) = (0, 1);
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

    /// <summary>Has the batch, built for one model, go through several, or through another than the first.</summary>
    /// <param name="firstMember">The first of them.</param>
    /// <param name="memberCount">How many, at least 1.</param>
    /// <param name="outputsAtOnce">
    /// Output rows of a model whose logits are held at once: so many of the first model are followed by as many of the second, and so on.
    /// </param>
    public void Spread(int firstMember, int memberCount, int outputsAtOnce)
    {
        WantsAllRows = OutputCount == RowCount && (memberCount == 1 || OutputCount <= outputsAtOnce);
        (FirstMember, MemberCount) = (firstMember, memberCount);
        if (memberCount > 1)
        {
            Repeat(ref _tokens, RowCount, memberCount);
            Repeat(ref _positions, RowCount, memberCount);
            RepeatSpans(memberCount);
            RepeatOutputs(memberCount, outputsAtOnce);
            RowCount *= memberCount;
        }
    }

    /// <summary>Rows of a table of each model's, as rows of the models' tables one above the other.</summary>
    /// <param name="rows">Of all rows of the batch.</param>
    /// <param name="tableRowCount">Rows of one model's table.</param>
    /// <returns>Valid until the next call.</returns>
    public ReadOnlySpan<int> InTables(ReadOnlySpan<int> rows, int tableRowCount)
    {
        if (FirstMember == 0 && MemberCount == 1)
        {
            return rows;
        }

        Grow(ref _tableRows, rows.Length);
        var memberRows = rows.Length / MemberCount;
        for (var row = 0; row < rows.Length; row++)
        {
            _tableRows[row] = checked(rows[row] + ((FirstMember + (row / memberRows)) * tableRowCount));
        }

        return _tableRows.AsSpan(0, rows.Length);
    }

    private void RepeatSpans(int memberCount)
    {
        Repeat(ref _spans, _spanCount, memberCount);
        for (var span = _spanCount; span < _spanCount * memberCount; span++)
        {
            var firstRow = span / _spanCount * RowCount;
            var one = _spans[span];
            _spans[span] = one with { FirstQuery = firstRow + one.FirstQuery, FirstKey = firstRow + one.FirstKey };
        }

        _spanCount *= memberCount;
    }

    private void RepeatOutputs(int memberCount, int outputsAtOnce)
    {
        var ofOne = _outputRows.AsSpan(0, OutputCount).ToArray();
        OutputCount = 0;
        Grow(ref _outputRows, ofOne.Length * memberCount);
        for (var first = 0; first < ofOne.Length; first += outputsAtOnce)
        {
            for (var member = 0; member < memberCount; member++)
            {
                foreach (var row in ofOne.AsSpan(first, Math.Min(outputsAtOnce, ofOne.Length - first)))
                {
                    _outputRows[OutputCount++] = (member * RowCount) + row;
                }
            }
        }
    }

    private static void Repeat<T>(ref T[] array, int length, int times)
    {
        Grow(ref array, checked(length * times));
        for (var time = 1; time < times; time++)
        {
            array.AsSpan(0, length).CopyTo(array.AsSpan(time * length));
        }
    }

    private static void Grow<T>(ref T[] array, int length)
    {
        if (array.Length < length)
        {
            Array.Resize(ref array, Math.Max(length, Math.Max(16, array.Length * 2)));
        }
    }
}
