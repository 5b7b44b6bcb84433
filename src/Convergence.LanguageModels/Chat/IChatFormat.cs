namespace Convergence.LanguageModels.Chat;

/// <summary>How a conversation becomes the text that a model continues with its answer. Safe for concurrent use.</summary>
public interface IChatFormat
{
    /// <summary>What it is, for people: <c>chat template of tokenizer_config.json</c>.</summary>
    string Description { get; }

    /// <summary>Whether the text names the tokens that begin it; if not, the tokenizer's own are put before it.</summary>
    bool WritesSpecialTokens { get; }

    /// <summary>The text.</summary>
    /// <param name="messages">The conversation, at least one message.</param>
    /// <exception cref="LanguageModelException">The messages cannot be written in this format.</exception>
    string Render(IReadOnlyList<ChatMessage> messages);
}
