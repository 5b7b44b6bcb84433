namespace Convergence.Merging;

/// <summary>The parents are those of a lock, and yet the merge gave other bytes.</summary>
public sealed class NotReproducedException(string message) : ConvergenceException(message);
