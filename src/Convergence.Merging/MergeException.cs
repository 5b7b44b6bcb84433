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

    /// <summary>The place in the recipe, such as <c>models[0].model</c>, of a message that does not name it yet.</summary>
    internal string? KeyPath { get; init; }
}
