namespace Convergence.Testing.Providers;

/// <summary>What the model says.</summary>
/// <param name="Text">The text.</param>
/// <param name="Input">Tokens in.</param>
/// <param name="Output">Tokens out.</param>
/// <param name="IsCut">Whether it ran out of tokens.</param>
internal readonly record struct ModelAnswer(string Text, int Input, int Output, bool IsCut)
{
    public int Total => Input + Output;
}
