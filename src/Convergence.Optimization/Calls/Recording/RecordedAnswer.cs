using Convergence.Optimization.Calls.Spending;

namespace Convergence.Optimization.Calls.Recording;

/// <summary>An answer as a cassette keeps it.</summary>
/// <param name="Answer">The answer, without secrets.</param>
/// <param name="Spent">What it cost, with all attempts, when it was called for.</param>
/// <param name="IsReplayed">Whether it was there before it was asked for.</param>
/// <param name="IsInherited">Whether an earlier process called for it, and this one asks for it for the first time.</param>
public readonly record struct RecordedAnswer(ApiAnswer Answer, Spend Spent, bool IsReplayed, bool IsInherited);
