namespace Convergence.Optimization.Configuration;

/// <summary>An evaluator by name.</summary>
/// <param name="Module">The module, or the path of a Python file or program.</param>
/// <param name="Function">The function; a class counts as the function of its name.</param>
public sealed record EvaluatorReference(string Module, string Function)
{
    public string Name => $"{Module}.{Function}";
}
