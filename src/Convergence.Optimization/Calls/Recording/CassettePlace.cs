namespace Convergence.Optimization.Calls.Recording;

/// <summary>Where a line of a cassette stands.</summary>
/// <param name="Offset">Of its first byte.</param>
/// <param name="Length">In bytes, without its end.</param>
internal readonly record struct CassettePlace(long Offset, int Length);
