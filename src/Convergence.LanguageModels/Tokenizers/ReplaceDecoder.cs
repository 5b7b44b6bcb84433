namespace Convergence.LanguageModels.Tokenizers;

/// <summary>Replaces every match of a pattern in every token.</summary>
internal sealed class ReplaceDecoder(TextPattern pattern, string content) : ITokenDecoder
{
    public List<string> Decode(List<string> tokens) => tokens.ConvertAll(token => pattern.Replace(token, content));

    public string DecodeAlone(string token) => pattern.Replace(token, content);
}
