namespace Convergence.LanguageModels.Chat.Jinja;

/// <summary>Where a template goes on after a statement.</summary>
internal enum JinjaFlow
{
    /// <summary>With the next statement.</summary>
    Next,

    /// <summary>After the innermost loop.</summary>
    Break,

    /// <summary>With the innermost loop's next item.</summary>
    Continue,
}
