namespace Convergence.LanguageModels.Tokenizers;

/// <summary>Rewrites a text before it is cut.</summary>
internal interface ITextNormalizer
{
    string Normalize(string text);
}
