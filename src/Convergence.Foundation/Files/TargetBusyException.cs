namespace Convergence.Foundation.Files;

/// <summary>Another process is writing the same target: what lies beside it is that process's.</summary>
public sealed class TargetBusyException(string message, Exception innerException) : ConvergenceException(message, innerException);
