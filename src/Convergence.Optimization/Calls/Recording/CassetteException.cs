namespace Convergence.Optimization.Calls.Recording;

/// <summary>A cassette's file cannot be used. The message names the file, the line and the cure.</summary>
public sealed class CassetteException(string message, Exception? inner = null) : ConvergenceException(message, inner);
