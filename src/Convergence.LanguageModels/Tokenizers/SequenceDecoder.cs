namespace Convergence.LanguageModels.Tokenizers;

/// <summary>One decoder after another.</summary>
internal sealed class SequenceDecoder(IReadOnlyList<ITokenDecoder> steps) : ITokenDecoder
{
    public bool HasByteLevel => steps.Any(step => step is ByteLevelDecoder or SequenceDecoder { HasByteLevel: true });

    public bool HasByteFallback => steps.Any(step => step is ByteFallbackDecoder or SequenceDecoder { HasByteFallback: true });

    public List<string> Decode(List<string> tokens)
    {
        foreach (var step in steps)
        {
            tokens = step.Decode(tokens);
        }

        return tokens;
    }

    public string DecodeAlone(string token)
    {
        foreach (var step in steps)
        {
            token = step.DecodeAlone(token);
        }

        return token;
    }
}
