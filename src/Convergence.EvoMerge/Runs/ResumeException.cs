namespace Convergence.EvoMerge.Runs;

/// <summary>A run cannot go on from a checkpoint: it is missing, cut short, of a newer format, or of another job.</summary>
public sealed class ResumeException : ConvergenceException
{
    public ResumeException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
