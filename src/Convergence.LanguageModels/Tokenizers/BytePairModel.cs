using System.Globalization;
using System.Text;

namespace Convergence.LanguageModels.Tokenizers;

/// <summary>
/// Byte-pair encoding (arXiv 1508.07909): characters are joined pair by pair, the pair of the earliest merge rule first, the
/// leftmost of equals. Short pieces are scanned, long ones go through a priority queue; both give the same tokens.
/// </summary>
internal sealed class BytePairModel
{
    private const int LongestScannedPiece = 24;
    private const int LongestCachedPiece = 64;
    private const int MaxCachedPieces = 20_000;

    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _idOfSpan;
    private readonly Dictionary<long, (int Rank, int Id)> _merges;
    private readonly BytePairOptions _options;
    private readonly int[]? _byteIds;
    private readonly int _unknownId;
    private readonly Dictionary<string, int[]> _cache = new(StringComparer.Ordinal);
    private readonly PriorityQueue<PairCandidate, (int Rank, int Position)> _queue = new();

    /// <param name="ids">The vocabulary.</param>
    /// <param name="merges">For a pair of ids, (left &lt;&lt; 32) | right: the rule's rank and the id it makes.</param>
    /// <param name="options">How unknown characters are treated.</param>
    public BytePairModel(Dictionary<string, int> ids, Dictionary<long, (int Rank, int Id)> merges, BytePairOptions options)
    {
        _ids = ids;
        _idOfSpan = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        _merges = merges;
        _options = options;
        _byteIds = options.HasByteFallback ? ByteIds(ids) : null;
        _unknownId = options.UnknownToken is { } unknown && ids.TryGetValue(unknown, out var id) ? id : -1;
    }

    public IReadOnlyDictionary<string, int> Ids => _ids;

    /// <summary>The key of a pair in the merge table.</summary>
    public static long PairKey(int left, int right) => ((long)left << 32) | (uint)right;

    /// <summary>Appends the tokens of one piece.</summary>
    public void Encode(string piece, List<int> tokens)
    {
        if (piece.Length == 0)
        {
            return;
        }

        if (_options.IgnoresMerges && _ids.TryGetValue(piece, out var whole))
        {
            tokens.Add(whole);
            return;
        }

        if (_cache.TryGetValue(piece, out var known))
        {
            tokens.AddRange(known);
            return;
        }

        var symbols = Merge(SplitIntoSymbols(piece));
        tokens.AddRange(symbols);
        if (piece.Length <= LongestCachedPiece && _cache.Count < MaxCachedPieces)
        {
            _cache[piece] = symbols;
        }
    }

    private List<int> SplitIntoSymbols(string piece)
    {
        var symbols = new List<int>(piece.Length);
        var followsUnknown = false;
        var position = 0;
        Span<byte> utf8 = stackalloc byte[4];
        while (position < piece.Length)
        {
            Rune.DecodeFromUtf16(piece.AsSpan(position), out var rune, out var length);
            var character = piece.AsSpan(position, length);
            position += length;
            if (_idOfSpan.TryGetValue(character, out var id))
            {
                symbols.Add(id);
                followsUnknown = false;
            }
            else if (_byteIds is not null)
            {
                foreach (var value in utf8[..rune.EncodeToUtf8(utf8)])
                {
                    symbols.Add(_byteIds[value]);
                }

                followsUnknown = false;
            }
            else if (_unknownId >= 0 && !(followsUnknown && _options.FusesUnknown))
            {
                symbols.Add(_unknownId);
                followsUnknown = true;
            }
        }

        return symbols;
    }

    private int[] Merge(List<int> symbols) => symbols.Count <= LongestScannedPiece ? MergeByScanning(symbols) : MergeByQueue(symbols);

    private int[] MergeByScanning(List<int> symbols)
    {
        while (symbols.Count > 1)
        {
            var best = (Rank: int.MaxValue, Id: 0);
            var bestPosition = -1;
            for (var position = 0; position < symbols.Count - 1; position++)
            {
                if (_merges.TryGetValue(PairKey(symbols[position], symbols[position + 1]), out var rule) && rule.Rank < best.Rank)
                {
                    best = rule;
                    bestPosition = position;
                }
            }

            if (bestPosition < 0)
            {
                break;
            }

            symbols[bestPosition] = best.Id;
            symbols.RemoveAt(bestPosition + 1);
        }

        return [.. symbols];
    }

    // Symbols form a linked list in arrays; candidates that a merge made stale are recognised by their two ids.
    private int[] MergeByQueue(List<int> symbols)
    {
        var ids = symbols.ToArray();
        var next = new int[ids.Length];
        var previous = new int[ids.Length];
        for (var index = 0; index < ids.Length; index++)
        {
            next[index] = index + 1 < ids.Length ? index + 1 : -1;
            previous[index] = index - 1;
        }

        _queue.Clear();
        for (var index = 0; index + 1 < ids.Length; index++)
        {
            Offer(ids, index, index + 1);
        }

        while (_queue.TryDequeue(out var candidate, out _))
        {
            var right = next[candidate.Left];
            if (ids[candidate.Left] != candidate.LeftId || right < 0 || ids[right] != candidate.RightId)
            {
                continue;
            }

            ids[candidate.Left] = candidate.MergedId;
            ids[right] = -1;
            next[candidate.Left] = next[right];
            if (next[right] >= 0)
            {
                previous[next[right]] = candidate.Left;
                Offer(ids, candidate.Left, next[right]);
            }

            if (previous[candidate.Left] >= 0)
            {
                Offer(ids, previous[candidate.Left], candidate.Left);
            }
        }

        return [.. ids.Where(id => id >= 0)];
    }

    private void Offer(int[] ids, int left, int right)
    {
        if (_merges.TryGetValue(PairKey(ids[left], ids[right]), out var rule))
        {
            _queue.Enqueue(new PairCandidate(left, ids[left], ids[right], rule.Id), (rule.Rank, left));
        }
    }

    // All 256 or none: a vocabulary without them treats unknown characters as unknown.
    private static int[]? ByteIds(Dictionary<string, int> ids)
    {
        var byteIds = new int[256];
        for (var value = 0; value < byteIds.Length; value++)
        {
            if (!ids.TryGetValue(string.Create(CultureInfo.InvariantCulture, $"<0x{value:X2}>"), out byteIds[value]))
            {
                return null;
            }
        }

        return byteIds;
    }

    private readonly record struct PairCandidate(int Left, int LeftId, int RightId, int MergedId);
}
