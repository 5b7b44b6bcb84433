using System.Collections.Immutable;
using System.Text;

namespace Convergence.LanguageModels.Tokenizers;

/// <summary>
/// A byte-pair tokenizer as a <c>tokenizer.json</c> of the tokenizers library describes it: byte-level (GPT-2, Llama 3, Qwen2) or in
/// SentencePiece's way with byte fallback (Llama 2, Mistral). Not thread-safe: it remembers the pieces it has met.
/// </summary>
public sealed class Tokenizer
{
    private readonly ITextNormalizer? _normalizer;
    private readonly IPreTokenizer? _preTokenizer;
    private readonly BytePairModel _model;
    private readonly SequenceDecoder? _decoder;
    private readonly TokenTemplate _template;
    private readonly AddedTokenSplitter _rawTokens;
    private readonly AddedTokenSplitter _normalizedTokens;
    private readonly Dictionary<string, int> _addedIds;
    private readonly HashSet<int> _specialIds;
    private readonly string?[] _contents;
    private readonly List<string> _pieces = [];

    internal Tokenizer(TokenizerParts parts)
    {
        Path = parts.Path;
        _normalizer = parts.Normalizer;
        _preTokenizer = parts.PreTokenizer;
        _model = parts.Model;
        _decoder = parts.Decoder;
        _template = parts.Template;
        _rawTokens = new AddedTokenSplitter(parts.AddedTokens.Where(token => !token.IsNormalized));

        // Sought in a text that is normalised, by what becomes of their own text (tokenizers' AddedVocabulary::refresh_added_tokens).
        _normalizedTokens = new AddedTokenSplitter(parts.AddedTokens.Where(token => token.IsNormalized)
            .Select(token => parts.Normalizer is { } normalizer ? token with { Content = normalizer.Normalize(token.Content) } : token));
        _addedIds = parts.AddedTokens.ToDictionary(token => token.Content, token => token.Id, StringComparer.Ordinal);
        _specialIds = [.. parts.AddedTokens.Where(token => token.IsSpecial).Select(token => token.Id)];
        _contents = Contents(parts);
    }

    /// <summary>The file it was read from.</summary>
    public string Path { get; }

    /// <summary>One more than the highest id; a model must have at least as many tokens.</summary>
    public int VocabularySize => _contents.Length;

    /// <summary>What the tokenizer's template puts before a text, for example BOS.</summary>
    public ImmutableArray<int> PrefixTokens => _template.Prefix;

    /// <summary>What the tokenizer's template puts after a text.</summary>
    public ImmutableArray<int> SuffixTokens => _template.Suffix;

    /// <summary>Reads a tokenizer.</summary>
    /// <param name="path">A <c>tokenizer.json</c>, or the directory of a model that has one.</param>
    /// <exception cref="LanguageModelException">The file is missing, too large, malformed or uses what is not supported.</exception>
    public static Tokenizer Load(string path) => new(TokenizerFile.Read(path));

    /// <summary>The tokens of a text.</summary>
    /// <param name="text">Any text; added tokens inside it are recognised.</param>
    /// <param name="addSpecialTokens">Whether the template's tokens are put around it.</param>
    public int[] Encode(string text, bool addSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tokens = new List<int>((text.Length / 2) + 4);
        if (addSpecialTokens)
        {
            tokens.AddRange(_template.Prefix);
        }

        var isFirst = true;
        foreach (var (raw, token) in _rawTokens.Split(text))
        {
            if (token is not null)
            {
                tokens.Add(token.Id);
            }
            else
            {
                EncodeSection(raw!, isFirst, tokens);
            }

            isFirst = false;
        }

        if (addSpecialTokens)
        {
            tokens.AddRange(_template.Suffix);
        }

        return [.. tokens];
    }

    /// <summary>The text of tokens.</summary>
    /// <param name="tokens">Ids; unknown ones are left out.</param>
    /// <param name="skipSpecialTokens">Whether special tokens are left out.</param>
    public string Decode(ReadOnlySpan<int> tokens, bool skipSpecialTokens = true)
    {
        var contents = new List<string>(tokens.Length);
        foreach (var token in tokens)
        {
            if (TokenText(token) is { } content && !(skipSpecialTokens && _specialIds.Contains(token)))
            {
                contents.Add(content);
            }
        }

        return _decoder is null ? string.Join(' ', contents) : string.Concat(_decoder.Decode(contents));
    }

    /// <summary>A token as the vocabulary writes it, or <see langword="null"/> for an id that is not used.</summary>
    public string? TokenText(int token) => (uint)token < (uint)_contents.Length ? _contents[token] : null;

    /// <summary>The id of a token as the vocabulary writes it, or <see langword="null"/>.</summary>
    public int? IdOf(string content) =>
        _addedIds.TryGetValue(content, out var id) || _model.Ids.TryGetValue(content, out id) ? id : null;

    /// <summary>Whether a token is special: left out of texts.</summary>
    public bool IsSpecial(int token) => _specialIds.Contains(token);

    /// <summary>
    /// The bytes that a token adds to a text of several tokens; none for special and unknown ones. What a decoder strips from the
    /// beginning of a whole text is still there.
    /// </summary>
    public byte[] TokenBytes(int token)
    {
        if (TokenText(token) is not { } content || _specialIds.Contains(token))
        {
            return [];
        }

        if (_decoder is null)
        {
            return Encoding.UTF8.GetBytes(content);
        }

        if (_decoder.HasByteFallback && ByteFallbackDecoder.ByteOf(content) is { } value)
        {
            return [value];
        }

        content = _decoder.DecodeAlone(content);
        if (!_decoder.HasByteLevel)
        {
            return Encoding.UTF8.GetBytes(content);
        }

        var bytes = new List<byte>();
        ByteLevelAlphabet.AppendBytes(content, bytes);
        return [.. bytes];
    }

    private static string?[] Contents(TokenizerParts parts)
    {
        var highest = -1;
        foreach (var id in parts.Model.Ids.Values.Concat(parts.AddedTokens.Select(token => token.Id)))
        {
            highest = Math.Max(highest, id);
        }

        var contents = new string?[highest + 1];
        foreach (var (content, id) in parts.Model.Ids)
        {
            contents[id] = content;
        }

        foreach (var token in parts.AddedTokens)
        {
            contents[token.Id] = token.Content;
        }

        return contents;
    }

    private void EncodeSection(string section, bool isFirst, List<int> tokens)
    {
        var normalized = _normalizer is null ? section : _normalizer.Normalize(section);
        foreach (var (text, token) in _normalizedTokens.Split(normalized))
        {
            if (token is not null)
            {
                tokens.Add(token.Id);
            }
            else if (_preTokenizer is null)
            {
                _model.Encode(text!, tokens);
            }
            else
            {
                _pieces.Clear();
                _preTokenizer.Split(text!, isFirst, _pieces);
                foreach (var piece in _pieces)
                {
                    _model.Encode(piece, tokens);
                }
            }

            isFirst = false;
        }
    }
}
