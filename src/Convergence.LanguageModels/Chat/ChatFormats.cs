using Convergence.Tensors.Models;

namespace Convergence.LanguageModels.Chat;

/// <summary>Finds the format that a model's conversations have.</summary>
public static class ChatFormats
{
    /// <summary>
    /// The model's chat template; <see cref="PlainChat"/> where it has none; <see cref="UnusableChat"/> for a template that uses what is
    /// not there, because a model answers badly in another format than its own.
    /// </summary>
    /// <param name="directory">The model.</param>
    /// <param name="time">The clock, for templates that write the date.</param>
    /// <exception cref="ConvergenceException">A file of the model cannot be read.</exception>
    public static IChatFormat Of(ModelDirectory directory, TimeProvider time)
    {
        if (ChatTemplateSource.Find(directory) is not { } source)
        {
            return new PlainChat();
        }

        try
        {
            return ChatTemplate.Parse(source, time);
        }
        catch (LanguageModelException exception)
        {
            return new UnusableChat(Path.GetFileName(source.Place), exception.Message);
        }
    }
}
