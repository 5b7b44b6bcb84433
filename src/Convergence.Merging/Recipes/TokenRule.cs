namespace Convergence.Merging;

/// <summary>Where the embedding rows of one token come from.</summary>
/// <param name="Source">What models without the token use; <see langword="null"/> for the rule that holds for all tokens.</param>
/// <param name="Force">Whether models that have the token use <paramref name="Source"/> too, in place of their own row.</param>
public sealed record TokenRule(TokenSource? Source, bool Force);
