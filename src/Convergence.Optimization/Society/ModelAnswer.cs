using Convergence.Optimization.Calls.Spending;

namespace Convergence.Optimization.Society;

/// <summary>What a model said.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Spent">What it cost, or may have cost.</param>
internal sealed record ModelAnswer(string Text, Spend Spent);
