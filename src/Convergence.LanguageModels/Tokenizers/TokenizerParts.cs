using System.Collections.Immutable;

namespace Convergence.LanguageModels.Tokenizers;

/// <summary>What a tokenizer is made of.</summary>
internal sealed record TokenizerParts
{
    public required string Path { get; init; }

    public required BytePairModel Model { get; init; }

    public required ImmutableArray<AddedToken> AddedTokens { get; init; }

    public required TokenTemplate Template { get; init; }

    public ITextNormalizer? Normalizer { get; init; }

    public IPreTokenizer? PreTokenizer { get; init; }

    public SequenceDecoder? Decoder { get; init; }
}
