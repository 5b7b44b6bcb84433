using System.Collections.Immutable;

namespace Convergence.LanguageModels.Tokenizers;

/// <summary>The special tokens that a tokenizer puts around one text.</summary>
/// <param name="Prefix">Before it.</param>
/// <param name="Suffix">After it.</param>
internal sealed record TokenTemplate(ImmutableArray<int> Prefix, ImmutableArray<int> Suffix)
{
    public static TokenTemplate None { get; } = new([], []);
}
