using Convergence.LanguageModels.Tokenizers;

namespace Convergence.LanguageModels.Generation;

/// <summary>The bytes that each token adds to a text, looked up once. Not thread-safe.</summary>
/// <param name="tokenizer">The tokenizer; encoding with it at the same time does no harm.</param>
public sealed class TokenTexts(Tokenizer tokenizer)
{
    private readonly byte[]?[] _bytes = new byte[tokenizer.VocabularySize][];

    /// <summary>None for special tokens and those that the tokenizer does not know.</summary>
    public ReadOnlySpan<byte> Bytes(int token) =>
        (uint)token >= (uint)_bytes.Length ? [] : _bytes[token] ??= tokenizer.TokenBytes(token);
}
