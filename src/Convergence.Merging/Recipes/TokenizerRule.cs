using System.Collections.Immutable;

namespace Convergence.Merging;

/// <summary>
/// How the output's tokenizer is built and where the embedding rows of its tokens come from.
/// With one, models of different vocabularies can be merged. Immutable; compared by value.
/// </summary>
public sealed record TokenizerRule
{
    /// <summary>Which tokens the output has.</summary>
    public required VocabularySource Source { get; init; }

    /// <summary>The model whose tokenizer is taken, for <see cref="VocabularySource.Model"/>.</summary>
    public string? Model { get; init; }

    /// <summary>Rules for single tokens, by token. A token that the tokenizer does not have is added to it.</summary>
    public ImmutableSortedDictionary<string, TokenRule> Tokens { get; init; } =
        ImmutableSortedDictionary.Create<string, TokenRule>(StringComparer.Ordinal);

    /// <summary>The embedding gets rows up to a multiple of this; <see langword="null"/> for exactly as many as there are tokens.</summary>
    public int? PadToMultipleOf { get; init; }

    public bool Equals(TokenizerRule? other) =>
        other is not null && Source == other.Source && Model == other.Model && PadToMultipleOf == other.PadToMultipleOf
        && Tokens.SequenceEqual(other.Tokens);

    public override int GetHashCode() => HashCode.Combine(Source, Model, PadToMultipleOf, SequenceValue.Hash(Tokens));
}
