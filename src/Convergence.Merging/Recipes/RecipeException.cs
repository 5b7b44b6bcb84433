namespace Convergence.Merging;

/// <summary>
/// A recipe that cannot be read or is not valid. The message names the file and line where known, the key, the value and the cure.
/// </summary>
public sealed class RecipeException : ConvergenceException
{
    public RecipeException(string message) : base(message)
    {
    }

    public RecipeException(string message, Exception? innerException) : base(message, innerException)
    {
    }

    /// <summary>The place in the recipe, such as <c>models[0].parameters.weight</c>, of a message that does not name it yet.</summary>
    internal string? KeyPath { get; init; }
}
