namespace Convergence.Merging;

/// <summary>A merge that cannot be done as asked: recipes and models that do not fit, weights that are not numbers.</summary>
public sealed class MergeException : ConvergenceException
{
    public MergeException(string message) : base(message)
    {
    }

    public MergeException(string message, Exception? innerException) : base(message, innerException)
    {
    }
}
