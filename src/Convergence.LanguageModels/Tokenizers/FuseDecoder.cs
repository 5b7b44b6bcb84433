namespace Convergence.LanguageModels.Tokenizers;

/// <summary>Joins all tokens into one text.</summary>
internal sealed class FuseDecoder : ITokenDecoder
{
    public List<string> Decode(List<string> tokens) => [string.Concat(tokens)];
}
