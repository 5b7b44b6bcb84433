using System.Collections.Immutable;

namespace Convergence.LanguageModels.Generation;

/// <summary>What a model added to a prompt.</summary>
/// <param name="Tokens">The new tokens, without the stop token.</param>
/// <param name="Reason">Why it ended.</param>
public sealed record GeneratedSequence(ImmutableArray<int> Tokens, FinishReason Reason);
