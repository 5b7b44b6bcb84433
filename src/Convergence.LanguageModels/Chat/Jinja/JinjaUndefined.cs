namespace Convergence.LanguageModels.Chat.Jinja;

/// <summary>What a name has that nothing was given for: written as nothing, false, and without members.</summary>
/// <param name="Name">The name.</param>
internal sealed record JinjaUndefined(string Name);
