namespace Convergence.Optimization.Targets;

/// <summary>What is to be optimised cannot be called. The message names the key, the value and the cure.</summary>
public sealed class TargetException(string message, Exception? inner = null) : ConvergenceException(message, inner);
