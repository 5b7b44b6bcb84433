namespace Convergence.EvoMerge.Results;

/// <summary>Why a run ended.</summary>
public enum StopReason
{
    /// <summary>All generations are done.</summary>
    Generations,

    /// <summary>The best fitness rose by less than the threshold for as many generations as the patience allows.</summary>
    Converged,

    /// <summary>Someone asked it to stop.</summary>
    Cancelled,

    /// <summary>The budget of evaluations or time is spent.</summary>
    Budget,
}
