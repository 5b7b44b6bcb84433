namespace Convergence.Optimization.Processes;

/// <summary>A program did not answer. The message says what it wrote to its error stream last.</summary>
internal sealed class LineProcessException(string message, bool isTimeout = false) : Exception(message)
{
    public bool IsTimeout { get; } = isTimeout;
}
