namespace Convergence.Optimization.Calls.Authorization;

/// <summary>A credential is missing. The message names the key, the environment variable and the cure, and never a secret.</summary>
public sealed class AuthorizationException(string message) : ConvergenceException(message);
