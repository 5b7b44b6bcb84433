namespace Convergence.LanguageModels.Chat;

/// <summary>What somebody said in a conversation.</summary>
/// <param name="Role">Who: for example <c>system</c>, <c>user</c> or <c>assistant</c>.</param>
/// <param name="Content">What.</param>
/// <param name="Name">Which of several of that role, or <see langword="null"/>.</param>
public sealed record ChatMessage(string Role, string Content, string? Name = null);
