namespace Convergence.Optimization.Calls.Recording;

/// <summary>An answer as a cassette keeps it.</summary>
/// <param name="Answer">The answer, without secrets.</param>
/// <param name="IsReplayed">Whether it was there before it was asked for.</param>
/// <param name="IsInherited">
/// Whether it is of an earlier process and asked for the first time in this one: what it cost then counts against the limits now, so
/// that a run that is resumed ends where it would have ended.
/// </param>
public readonly record struct RecordedAnswer(ApiAnswer Answer, bool IsReplayed, bool IsInherited);
