namespace Convergence.Optimization.Runs;

/// <summary>The three verdicts.</summary>
public enum Advice
{
    Ship,
    DontShip,
    NeedMoreCases,
}
