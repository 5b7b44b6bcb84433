namespace Convergence.Optimization.Configuration;

/// <summary>Kinds of authorization.</summary>
public enum AuthKind
{
    None,
    Bearer,
    ApiKey,
    Basic,
    OAuth,
}
