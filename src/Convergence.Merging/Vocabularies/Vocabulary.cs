using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Tensors.Files;
using Convergence.Tensors.Models;

namespace Convergence.Merging;

/// <summary>
/// Which token has which id, as a <c>tokenizer.json</c> says: what a row of the embedding means. Immutable.
/// </summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<string, long> _ids;

    // Plans are made for every candidate of a search: equal vocabularies must be told apart from others at once.
    private readonly string _fingerprint;

    private Vocabulary(Dictionary<string, long> ids)
    {
        _ids = ids;
        var pairs = ids.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => FormattableString.Invariant($"{pair.Value} {pair.Key}"));
        _fingerprint = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', pairs))));
    }

    /// <summary>
    /// The tokens of a model; <see langword="null"/> where it brings no tokenizer, or one without a map from tokens to ids (another kind of model, or
    /// no valid JSON): then nothing is claimed about it.
    /// </summary>
    public static Vocabulary? Of(ModelDirectory directory) => directory.ReadTokenizer() is { } bytes ? Parse(bytes) : null;

    /// <summary>The tokens of a <c>tokenizer.json</c>; <see langword="null"/> as for <see cref="Of(ModelDirectory)"/>.</summary>
    /// <exception cref="ConvergenceException">The file cannot be read.</exception>
    public static Vocabulary? OfFile(string path) => Parse(CappedFile.ReadAllBytes(path, ModelDirectory.MaxTokenizerByteCount));

    private static Vocabulary? Parse(byte[] bytes)
    {
        try
        {
            return Of(JsonNode.Parse(bytes));
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            // No JSON, or a key twice. Whoever tokenizes with it says so.
            return null;
        }
    }

    /// <summary>The first token, in ordinal order, that both have under different ids; <see langword="null"/> when there is none.</summary>
    public string? FirstConflict(Vocabulary other) =>
        _fingerprint == other._fingerprint
            ? null
            : _ids.Where(pair => other._ids.TryGetValue(pair.Key, out var id) && id != pair.Value)
                .Select(pair => pair.Key)
                .Min(StringComparer.Ordinal);

    /// <summary>Tokens, added ones included.</summary>
    public int Count => _ids.Count;

    /// <summary>The highest id; -1 without tokens.</summary>
    public long LargestId => _ids.Count == 0 ? -1 : _ids.Values.Max();

    /// <summary>How the tokens of two models differ, this one's first.</summary>
    public VocabularyDifference DifferenceFrom(Vocabulary other)
    {
        if (_fingerprint == other._fingerprint)
        {
            return new VocabularyDifference([], [], []);
        }

        var moved = _ids.Where(pair => other._ids.TryGetValue(pair.Key, out var id) && id != pair.Value).Select(pair => pair.Key);
        return new VocabularyDifference(
            [.. moved.Order(StringComparer.Ordinal)],
            [.. _ids.Keys.Where(token => !other._ids.ContainsKey(token)).Order(StringComparer.Ordinal)],
            [.. other._ids.Keys.Where(token => !_ids.ContainsKey(token)).Order(StringComparer.Ordinal)]);
    }

    /// <summary>The id of a token that is there.</summary>
    public long IdOf(string token) => _ids[token];

    private static Vocabulary? Of(JsonNode? root)
    {
        if (root is not JsonObject file || file["model"] is not JsonObject model || model["vocab"] is not JsonObject tokens)
        {
            return null;
        }

        var ids = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (token, id) in tokens)
        {
            Add(ids, token, id);
        }

        foreach (var added in file["added_tokens"] as JsonArray ?? [])
        {
            if (added is JsonObject entry && entry["content"] is JsonValue content && content.TryGetValue<string>(out var token))
            {
                Add(ids, token, entry["id"]);
            }
        }

        return new Vocabulary(ids);
    }

    private static void Add(Dictionary<string, long> ids, string token, JsonNode? id)
    {
        if (id is JsonValue value && value.TryGetValue<long>(out var number))
        {
            ids[token] = number;
        }
    }
}
