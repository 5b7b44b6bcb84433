namespace Convergence.Tensors.Models;

/// <summary>A directory that is not a model this product can read, or a file in it that is malformed.</summary>
public sealed class ModelFormatException : ConvergenceException
{
    public ModelFormatException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
