using System.Text.Json.Nodes;

namespace Convergence.Merging;

/// <summary>
/// Builds the output's tokenizer from one model's, whose ids it keeps: takes tokens away that have no row, appends those of other models.
/// </summary>
internal sealed class TokenizerBuilder
{
    private readonly TokenizerDocument _layout;
    private readonly JsonObject _root;
    private readonly List<string> _newPieces = [];
    private readonly Dictionary<string, JsonObject> _newAdded = new(StringComparer.Ordinal);
    private readonly HashSet<string> _removed = new(StringComparer.Ordinal);
    private readonly List<(string Left, string Right)> _newMerges = [];
    private readonly HashSet<string> _addedContents;
    private long _next;

    public TokenizerBuilder(TokenizerDocument layout, long rowCount)
    {
        _layout = layout;
        _root = (JsonObject)layout.Root.DeepClone();
        Ids = new Dictionary<string, long>(layout.Ids, StringComparer.Ordinal);
        foreach (var (token, _) in layout.Ids.Where(pair => pair.Value >= rowCount))
        {
            _removed.Add(token);
            Ids.Remove(token);
        }

        _addedContents = [.. layout.Added.Select(TokenizerDocument.ContentOf).Where(Ids.ContainsKey)];
        _next = Ids.Count == 0 ? 0 : Ids.Values.Max() + 1;
    }

    /// <summary>The output's tokens with their ids.</summary>
    public Dictionary<string, long> Ids { get; }

    /// <summary>Added tokens that the layout's model does not have as such.</summary>
    public IReadOnlyDictionary<string, JsonObject> NewAdded => _newAdded;

    /// <summary>Tokens of the layout's model that were taken away.</summary>
    public IReadOnlySet<string> Removed => _removed;

    /// <summary>Of those, the ones that no other model brought back.</summary>
    public IEnumerable<string> Gone => _removed.Where(token => !Ids.ContainsKey(token));

    /// <summary>The ids that the layout's model counts in.</summary>
    public IReadOnlyDictionary<string, long> LayoutIds => _layout.Ids;

    /// <summary>Whether words are cut differently than by the layout's model.</summary>
    public bool CutsDifferently => _newPieces.Count > 0 || _removed.Any(_layout.Pieces.Contains);

    public bool IsChanged => CutsDifferently || _newAdded.Count > 0 || _removed.Count > 0;

    /// <summary>Appends what another tokenizer has more.</summary>
    /// <param name="other">The tokenizer.</param>
    /// <param name="rowCount">Rows of its model's embedding: tokens beyond have no meaning.</param>
    /// <returns>Why its further pieces cannot be joined, or <see langword="null"/>.</returns>
    public string? Join(TokenizerDocument other, long rowCount)
    {
        var added = other.Added.ToDictionary(TokenizerDocument.ContentOf, StringComparer.Ordinal);
        var pieces = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (token, id) in other.Ids.Where(pair => pair.Value < rowCount).OrderBy(pair => pair.Value))
        {
            if (added.TryGetValue(token, out var entry))
            {
                Add(token, entry);
            }
            else if (!Ids.ContainsKey(token))
            {
                pieces.Add(token);
                Ids.Add(token, _next++);
            }
        }

        if (pieces.Count == 0)
        {
            return null;
        }

        _newPieces.AddRange(pieces);
        _newMerges.AddRange(other.Merges().Where(pair => pieces.Contains(pair.Left + pair.Right)));
        return _layout.Obstacle(other);
    }

    /// <summary>Appends an added token, or makes one of a token that is there.</summary>
    /// <param name="token">Its text.</param>
    /// <param name="like">What it is like in another tokenizer; <see langword="null"/> for a plain one.</param>
    public void Add(string token, JsonObject? like)
    {
        if (_addedContents.Contains(token) || (like is null && Ids.ContainsKey(token)))
        {
            return;
        }

        if (!Ids.TryGetValue(token, out var id))
        {
            id = _next++;
            Ids.Add(token, id);
        }

        // Sought in the text as it is: normalized as SentencePiece does it, its text would begin with the mark of a word.
        var entry = like is null
            ? new JsonObject
            {
                ["single_word"] = false,
                ["lstrip"] = false,
                ["rstrip"] = false,
                ["normalized"] = false,
                ["special"] = false,
            }
            : (JsonObject)like.DeepClone();
        entry["id"] = id;
        entry["content"] = token;
        _newAdded.Add(token, entry);
        _addedContents.Add(token);
    }

    /// <summary>
    /// What the layout's <c>post_processor</c> cannot do without and the output does not have, as <see cref="PostProcessorIds.FindGone"/>.
    /// </summary>
    public (string Token, string Type)? GoneFromPostProcessor => PostProcessorIds.FindGone(_root["post_processor"], Ids);

    /// <summary>
    /// An added token that loaders would give another id than its row's, in a tokenizer whose pieces are a list and so cannot pin ids; of
    /// one that
    /// is written anew. <see langword="null"/> when there is none.
    /// </summary>
    public string? Uncounted
    {
        get
        {
            if (!IsChanged || _root["model"]?["vocab"] is not JsonArray)
            {
                return null;
            }

            var pieces = _layout.Pieces.Where(piece => !_removed.Contains(piece)).ToHashSet(StringComparer.Ordinal);
            return AddedTokenIds.FirstUncounted(content => pieces.Contains(content) ? Ids[content] : null, pieces.Count, AddedEntries());
        }
    }

    /// <summary>The output's <c>tokenizer.json</c>.</summary>
    public JsonObject Build()
    {
        var model = (JsonObject)_root["model"]!;
        BuildPieces(model);
        if (model["merges"] is JsonArray)
        {
            BuildMerges(model);
        }

        var added = AddedEntries();
        _root["added_tokens"] = new JsonArray([.. added]);
        if (model["vocab"] is JsonObject pieces)
        {
            AddedTokenIds.Pin(pieces, added);
        }

        if (_removed.Count > 0)
        {
            PostProcessorIds.Map(_root["post_processor"], Ids);
        }

        return _root;
    }

    private JsonObject[] AddedEntries() =>
    [
        .. _layout.Added.Where(entry => !_removed.Contains(TokenizerDocument.ContentOf(entry))).Concat(_newAdded.Values)
            .OrderBy(entry => Ids[TokenizerDocument.ContentOf(entry)]).Select(entry => (JsonObject)entry.DeepClone()),
    ];

    private void BuildPieces(JsonObject model)
    {
        if (model["vocab"] is JsonObject map)
        {
            foreach (var token in _removed)
            {
                map.Remove(token);
            }

            foreach (var piece in _newPieces)
            {
                map[piece] = Ids[piece];
            }
        }
        else if (model["vocab"] is JsonArray list)
        {
            // A list's places are the ids, so only its end can be taken away, and that is where ids without rows are.
            while (list.Count > 0 && list[^1] is JsonArray pair && _removed.Contains((string)pair[0]!))
            {
                list.RemoveAt(list.Count - 1);
            }
        }
    }

    private void BuildMerges(JsonObject model)
    {
        // Only pieces can be merged: a file whose merges name an added token cannot be loaded.
        var pieces = _layout.Pieces.Where(piece => !_removed.Contains(piece)).Concat(_newPieces).ToHashSet(StringComparer.Ordinal);
        var pairs = _layout.Merges().Concat(_newMerges)
            .Where(pair => pieces.Contains(pair.Left) && pieces.Contains(pair.Right) && pieces.Contains(pair.Left + pair.Right))
            .Distinct().ToList();

        // Older files join a pair by a space, which a piece may then not contain.
        var asText = model["merges"] is JsonArray { Count: > 0 } merges && merges[0] is JsonValue
            && pairs.TrueForAll(pair => !pair.Left.Contains(' ') && !pair.Right.Contains(' '));
        model["merges"] = new JsonArray(
            [.. pairs.Select(pair => asText ? (JsonNode)$"{pair.Left} {pair.Right}" : new JsonArray(pair.Left, pair.Right))]);
    }
}
