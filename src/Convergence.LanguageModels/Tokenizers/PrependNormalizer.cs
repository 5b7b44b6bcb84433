namespace Convergence.LanguageModels.Tokenizers;

/// <summary>Puts a text before every non-empty text.</summary>
internal sealed class PrependNormalizer(string prefix) : ITextNormalizer
{
    public string Normalize(string text) => text.Length == 0 ? text : prefix + text;
}
