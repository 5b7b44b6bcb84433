namespace Convergence.Optimization.Calls.Recording;

/// <summary>An answer as a cassette keeps it.</summary>
/// <param name="Answer">The answer, without secrets.</param>
/// <param name="IsReplayed">Whether it was there before it was asked for.</param>
public readonly record struct RecordedAnswer(ApiAnswer Answer, bool IsReplayed);
