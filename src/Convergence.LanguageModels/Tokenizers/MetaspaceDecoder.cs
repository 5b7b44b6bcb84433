namespace Convergence.LanguageModels.Tokenizers;

/// <summary>Reads SentencePiece's marks as spaces, but for one that was put before the whole text.</summary>
internal sealed class MetaspaceDecoder(string mark, PrependScheme scheme) : ITokenDecoder
{
    public List<string> Decode(List<string> tokens)
    {
        var decoded = new List<string>(tokens.Count);
        foreach (var token in tokens)
        {
            var isMarkedFirst = decoded.Count == 0 && scheme != PrependScheme.Never && token.StartsWith(mark, StringComparison.Ordinal);
            decoded.Add(DecodeAlone(isMarkedFirst ? token[mark.Length..] : token));
        }

        return decoded;
    }

    public string DecodeAlone(string token) => token.Replace(mark, " ", StringComparison.Ordinal);
}
