namespace Convergence.Optimization.Society;

/// <summary>What a model said.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Dollars">What it cost, or may have cost, in US dollars.</param>
/// <param name="Calls">How often it was sent.</param>
/// <param name="Tokens">Tokens in and out.</param>
internal sealed record ModelAnswer(string Text, decimal Dollars, long Calls, long Tokens);
