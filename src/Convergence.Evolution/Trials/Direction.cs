namespace Convergence.Evolution.Trials;

/// <summary>Which values of an objective are better.</summary>
public enum Direction
{
    /// <summary>Lower values.</summary>
    Minimize,

    /// <summary>Higher values.</summary>
    Maximize,
}
