using Convergence.Optimization.Calls;
using Convergence.Optimization.Calls.Spending;

namespace Convergence.Optimization.Runs.Evaluation;

/// <summary>One repetition of one case, scored.</summary>
/// <param name="Outcome">What is reported.</param>
/// <param name="Failure">Why the call has no answer; <see langword="null"/> when it has one.</param>
/// <param name="Spent">What was booked for it when it was called for.</param>
/// <param name="IsReplayed">Whether the answer was kept from before.</param>
internal sealed record CaseCall(CaseOutcome Outcome, CallFailureKind? Failure, Spend Spent, bool IsReplayed);
