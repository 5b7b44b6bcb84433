namespace Convergence.Merging;

/// <summary>A row of zeros (<c>kind: zero</c>).</summary>
public sealed record ZeroToken : TokenSource;
