using System.Collections.Immutable;

namespace Convergence.Merging;

/// <summary>How two vocabularies differ; tokens in ordinal order.</summary>
/// <param name="Moved">Tokens that both have, under different ids.</param>
/// <param name="OnlyFirst">Tokens that only the first has.</param>
/// <param name="OnlySecond">Tokens that only the second has.</param>
internal sealed record VocabularyDifference(
    ImmutableArray<string> Moved, ImmutableArray<string> OnlyFirst, ImmutableArray<string> OnlySecond)
{
    public bool IsEmpty => Moved.IsEmpty && OnlyFirst.IsEmpty && OnlySecond.IsEmpty;
}
