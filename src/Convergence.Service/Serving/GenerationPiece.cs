using Convergence.LanguageModels.Generation;

namespace Convergence.Service.Serving;

/// <summary>What one step, or several, added to one text of a call.</summary>
/// <param name="Text">Which text of the call.</param>
/// <param name="Added">What was added: whole characters, nothing that may become a stop text.</param>
/// <param name="Tokens">The tokens since the piece before, with their log-probabilities; none where the call does not ask for them.</param>
/// <param name="TokenCount">All tokens of the text so far.</param>
/// <param name="Reason">Why the text ended, with its last piece.</param>
public sealed record GenerationPiece(
    int Text, string Added, IReadOnlyList<(int Token, TokenLogProbabilities Likeliness)> Tokens, int TokenCount, FinishReason? Reason);
