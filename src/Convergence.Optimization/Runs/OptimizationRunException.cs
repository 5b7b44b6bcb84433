namespace Convergence.Optimization.Runs;

/// <summary>A run cannot begin, or its directory cannot be used. The message names the file, the key, the value and the cure.</summary>
public sealed class OptimizationRunException(string message, Exception? inner = null) : ConvergenceException(message, inner);
