namespace Convergence.LanguageModels.Chat;

/// <summary>
/// The format of models that were never taught a conversation: the contents of the messages, one a line, without roles. A single message
/// is continued as it is.
/// </summary>
public sealed class PlainChat : IChatFormat
{
    public string Description => "plain (no chat template)";

    public bool WritesSpecialTokens => false;

    public string Render(IReadOnlyList<ChatMessage> messages) => string.Join('\n', messages.Select(message => message.Content));
}
