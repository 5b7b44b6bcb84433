using System.Security.Cryptography;
using System.Text;
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
        var pairs = ids.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => FormattableString.Invariant($"{pair.Value} {pair.Key}"));
        _fingerprint = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', pairs))));
    }

    /// <summary>
    /// The tokens of a model; <see langword="null"/> where it brings no <c>tokenizer.json</c>: then nothing is claimed about it.
    /// </summary>
    /// <exception cref="MergeException">The file is damaged.</exception>
    public static Vocabulary? Of(ModelDirectory directory) =>
        directory.FindFile(TokenizerDocument.FileName) is { } path ? OfFile(path) : null;

    /// <summary>The tokens of a <c>tokenizer.json</c>.</summary>
    /// <exception cref="MergeException">The file is damaged.</exception>
    /// <exception cref="ConvergenceException">The file cannot be read.</exception>
    public static Vocabulary OfFile(string path) => new(TokenizerDocument.OfFile(path).Ids);

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
}
