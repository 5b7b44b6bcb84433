namespace Convergence.Optimization.Configuration;

/// <summary>The original's three types.</summary>
public enum ParameterKind
{
    Categorical,
    Continuous,
    Discrete,
}
