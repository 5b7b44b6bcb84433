using System.Collections.Immutable;
using Convergence.LanguageModels.Tokenizers;

namespace Convergence.LanguageModels.Tasks;

/// <summary>How a completion's tokens become the text that is compared, and what ends it.</summary>
internal sealed class CompletionRules
{
    private readonly Tokenizer _tokenizer;
    private readonly byte[]?[] _bytes;

    public CompletionRules(Tokenizer tokenizer, ImmutableArray<int> stopTokens, ImmutableArray<byte[]> stopTexts, int maxNewTokens)
    {
        _tokenizer = tokenizer;
        _bytes = new byte[tokenizer.VocabularySize][];
        StopTokens = stopTokens;
        StopTexts = stopTexts;
        MaxNewTokens = maxNewTokens;
    }

    public ImmutableArray<int> StopTokens { get; }

    public ImmutableArray<byte[]> StopTexts { get; }

    public int MaxNewTokens { get; }

    /// <summary>The bytes that a token adds; none for tokens that the tokenizer does not know.</summary>
    public ReadOnlySpan<byte> Bytes(int token) =>
        (uint)token >= (uint)_bytes.Length ? [] : _bytes[token] ??= _tokenizer.TokenBytes(token);
}
