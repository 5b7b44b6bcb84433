namespace Convergence;

/// <summary>
/// The base of every error that a person can mend: a bad file, a bad setting, a missing device.
/// The message names what is wrong, where (file, key, tensor, shape) and the cure. Programming errors use
/// <see cref="ArgumentException"/> and its kin instead.
/// </summary>
public class ConvergenceException : Exception
{
    public ConvergenceException(string message) : base(message)
    {
    }

    public ConvergenceException(string message, Exception? innerException) : base(message, innerException)
    {
    }
}
