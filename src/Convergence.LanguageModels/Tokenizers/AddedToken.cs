namespace Convergence.LanguageModels.Tokenizers;

/// <summary>A token that is cut out of a text before the model sees it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">Its text.</param>
/// <param name="IsSpecial">Whether decoding may skip it.</param>
/// <param name="IsNormalized">Whether it is sought in the normalised text.</param>
/// <param name="IsSingleWord">Whether it counts only between non-word characters.</param>
/// <param name="StripsLeft">Whether white space before it belongs to it.</param>
/// <param name="StripsRight">Whether white space after it belongs to it.</param>
internal sealed record AddedToken(
    int Id, string Content, bool IsSpecial, bool IsNormalized, bool IsSingleWord, bool StripsLeft, bool StripsRight);
