namespace Convergence.LanguageModels.Tokenizers;

/// <summary>What becomes of the delimiters that a pre-tokenizer finds.</summary>
internal enum SplitBehavior
{
    /// <summary>Each delimiter is a piece of its own.</summary>
    Isolated,

    /// <summary>Delimiters vanish.</summary>
    Removed,

    /// <summary>A delimiter ends the piece before it.</summary>
    MergedWithPrevious,

    /// <summary>A delimiter starts the piece after it.</summary>
    MergedWithNext,

    /// <summary>Neighbouring delimiters form one piece.</summary>
    Contiguous,
}
