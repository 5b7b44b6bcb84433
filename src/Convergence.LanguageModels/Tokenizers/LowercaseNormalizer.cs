namespace Convergence.LanguageModels.Tokenizers;

/// <summary>Lower case, by the invariant rules.</summary>
internal sealed class LowercaseNormalizer : ITextNormalizer
{
    public string Normalize(string text) => text.ToLowerInvariant();
}
