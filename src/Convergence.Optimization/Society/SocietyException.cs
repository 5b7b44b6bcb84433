namespace Convergence.Optimization.Society;

/// <summary>A model of the society gave nothing to go on. The run goes on without it.</summary>
public sealed class SocietyException(string message) : ConvergenceException(message);
