namespace Convergence.Merging;

/// <summary>A recipe that cannot be read or is not valid. The message names the source, the line where known, the key and the cure.</summary>
public sealed class RecipeException : ConvergenceException
{
    public RecipeException(string message) : base(message)
    {
    }

    public RecipeException(string message, Exception? innerException) : base(message, innerException)
    {
    }
}
