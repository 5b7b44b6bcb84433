namespace Convergence.Optimization.Storage;

/// <summary>A store cannot be reached, read or written. The message names it and the cure, and holds no secret.</summary>
public sealed class StorageException : ConvergenceException
{
    public StorageException(string message) : base(message)
    {
    }

    public StorageException(string message, Exception? innerException) : base(message, innerException)
    {
    }
}
