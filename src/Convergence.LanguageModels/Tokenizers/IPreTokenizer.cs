namespace Convergence.LanguageModels.Tokenizers;

/// <summary>Cuts a text into pieces that no token crosses.</summary>
internal interface IPreTokenizer
{
    /// <summary>Appends the pieces of one piece.</summary>
    /// <param name="piece">The text to cut.</param>
    /// <param name="isFirst">Whether it starts the whole text.</param>
    /// <param name="pieces">Where to append; <paramref name="isFirst"/> holds for the first appended piece only.</param>
    void Split(string piece, bool isFirst, List<string> pieces);
}
