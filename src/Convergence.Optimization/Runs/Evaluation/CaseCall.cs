using Convergence.Optimization.Calls;

namespace Convergence.Optimization.Runs.Evaluation;

/// <summary>One repetition of one case, scored.</summary>
/// <param name="Outcome">What is reported.</param>
/// <param name="Failure">Why the call has no answer; <see langword="null"/> when it has one.</param>
/// <param name="Attempts">How often it was sent.</param>
/// <param name="Tokens">Tokens in and out; 0 where the provider reports none.</param>
/// <param name="IsReplayed">Whether the answer was kept from before.</param>
internal sealed record CaseCall(CaseOutcome Outcome, CallFailureKind? Failure, int Attempts, long Tokens, bool IsReplayed);
