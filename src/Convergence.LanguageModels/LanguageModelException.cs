namespace Convergence.LanguageModels;

/// <summary>
/// A model, a tokenizer or a task that cannot be used as it is. The message names the file or model, the key or tensor, and the cure.
/// </summary>
public sealed class LanguageModelException : ConvergenceException
{
    public LanguageModelException(string message) : base(message)
    {
    }

    public LanguageModelException(string message, Exception? innerException) : base(message, innerException)
    {
    }
}
