namespace Convergence.LanguageModels.Chat.Jinja;

/// <summary>A value that can be called.</summary>
internal delegate object? JinjaFunction(JinjaArguments arguments);
