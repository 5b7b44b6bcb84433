namespace Convergence.Optimization.Adapters;

/// <summary>A test case or configuration cannot be written in the provider's format. The message names the key and the cure.</summary>
public sealed class AdapterException(string message) : ConvergenceException(message);
