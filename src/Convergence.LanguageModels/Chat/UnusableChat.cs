namespace Convergence.LanguageModels.Chat;

/// <summary>
/// A model's own format that cannot be written here. Conversations are refused, with the reason: a model that was taught one format
/// answers badly in another, and nobody would know why.
/// </summary>
/// <param name="place">The file that describes the format.</param>
/// <param name="why">Why it cannot be written, as a sentence.</param>
public sealed class UnusableChat(string place, string why) : IChatFormat
{
    public string Description => $"refused: the template of {place} cannot be used ({why})";

    public bool WritesSpecialTokens => true;

    public string Render(IReadOnlyList<ChatMessage> messages) => throw new LanguageModelException(
        $"the chat template of {place} cannot be used here: {why} "
        + "Write the conversation out in the model's own format, and ask for a completion of that text.");
}
