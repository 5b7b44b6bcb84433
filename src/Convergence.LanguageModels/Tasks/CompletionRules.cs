using System.Collections.Immutable;
using Convergence.LanguageModels.Generation;

namespace Convergence.LanguageModels.Tasks;

/// <summary>How completions become texts, and what ends them.</summary>
/// <param name="Texts">What tokens add to a text.</param>
/// <param name="StopTokens">Tokens that end a completion.</param>
/// <param name="StopTexts">Texts that end it, as UTF-8.</param>
/// <param name="MaxNewTokens">The most tokens of a completion.</param>
internal sealed record CompletionRules(
    TokenTexts Texts, ImmutableArray<int> StopTokens, ImmutableArray<byte[]> StopTexts, int MaxNewTokens);
