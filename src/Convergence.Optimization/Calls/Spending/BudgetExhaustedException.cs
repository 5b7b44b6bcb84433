namespace Convergence.Optimization.Calls.Spending;

/// <summary>A limit of the run forbids a call. The run ends with the best it has found.</summary>
/// <param name="limit">Which one, in words.</param>
public sealed class BudgetExhaustedException(string limit)
    : ConvergenceException($"{char.ToUpperInvariant(limit[0])}{limit[1..]} is used up.");
