namespace Convergence.Optimization.Runs;

/// <summary>The verdicts.</summary>
public enum Advice
{
    Ship,
    DontShip,
    NeedMoreCases,

    /// <summary>The run was cut short by calls that failed: there is no verdict yet.</summary>
    NotFinished,
}
