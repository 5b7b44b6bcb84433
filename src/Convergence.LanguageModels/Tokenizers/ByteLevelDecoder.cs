using System.Text;

namespace Convergence.LanguageModels.Tokenizers;

/// <summary>Reads characters back as bytes, and the bytes as UTF-8; malformed ones become U+FFFD.</summary>
internal sealed class ByteLevelDecoder : ITokenDecoder
{
    public List<string> Decode(List<string> tokens)
    {
        var bytes = new List<byte>();
        foreach (var token in tokens)
        {
            ByteLevelAlphabet.AppendBytes(token, bytes);
        }

        return [Encoding.UTF8.GetString([.. bytes])];
    }
}
