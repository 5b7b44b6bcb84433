namespace Convergence.LanguageModels.Chat.Jinja;

/// <summary>What a piece of a template is.</summary>
internal enum JinjaTokenKind
{
    /// <summary>Text outside of tags, which is written as it is.</summary>
    Text,

    /// <summary><c>{{</c>.</summary>
    OutputStart,

    /// <summary><c>{%</c>.</summary>
    BlockStart,

    /// <summary>The end of either.</summary>
    TagEnd,

    Name,

    String,

    Integer,

    Number,

    /// <summary>Everything else inside a tag.</summary>
    Symbol,

    /// <summary>The end of the template.</summary>
    End,
}
