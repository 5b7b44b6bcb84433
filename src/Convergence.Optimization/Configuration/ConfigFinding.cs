namespace Convergence.Optimization.Configuration;

/// <summary>Something in a valid configuration that its writer should know.</summary>
/// <param name="Key">The key, with the keys above it: <c>api.response.result_field</c>.</param>
/// <param name="Message">What is so, why, and what to do.</param>
/// <param name="IsWarning">Whether the run does other than the file says; otherwise it is information.</param>
public sealed record ConfigFinding(string Key, string Message, bool IsWarning = true);
