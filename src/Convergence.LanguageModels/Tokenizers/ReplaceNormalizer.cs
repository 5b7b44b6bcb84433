namespace Convergence.LanguageModels.Tokenizers;

/// <summary>Replaces every match of a pattern by a fixed text.</summary>
internal sealed class ReplaceNormalizer(TextPattern pattern, string content) : ITextNormalizer
{
    public string Normalize(string text) => pattern.Replace(text, content);
}
