namespace Convergence.Optimization.Evaluators;

/// <summary>An answer cannot be scored. Its score is missing, which is something else than 0.</summary>
public sealed class EvaluatorException(string message) : ConvergenceException(message);
