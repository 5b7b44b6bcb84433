namespace Convergence.Optimization.Calls;

/// <summary>Why a call has no answer. The score of such a call is missing; it is never 0.</summary>
/// <param name="Kind">Whose fault it is, and whether trying again can help.</param>
/// <param name="Message">What happened, without secrets.</param>
public sealed record CallFailure(CallFailureKind Kind, string Message);
