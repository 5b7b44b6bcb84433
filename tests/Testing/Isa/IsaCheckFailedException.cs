namespace Convergence.Testing.Isa;

/// <summary>A check that ran in a child process of its own failed there.</summary>
public sealed class IsaCheckFailedException(string message) : Exception(message);
