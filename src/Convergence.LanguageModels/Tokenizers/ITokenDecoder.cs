namespace Convergence.LanguageModels.Tokenizers;

/// <summary>Turns tokens back into text, one step of several.</summary>
internal interface ITokenDecoder
{
    /// <summary>The tokens rewritten; fewer may remain.</summary>
    List<string> Decode(List<string> tokens);

    /// <summary>What this step makes of a token alone; steps that look at neighbours leave it as it is.</summary>
    string DecodeAlone(string token) => token;
}
