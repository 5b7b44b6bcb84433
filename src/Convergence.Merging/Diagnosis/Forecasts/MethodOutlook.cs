namespace Convergence.Merging.Diagnosis;

/// <summary>What can be expected of a merge method on these models, best first.</summary>
public enum MethodOutlook
{
    /// <summary>It does what it is made for.</summary>
    Sensible,

    /// <summary>It works under conditions that the forecast names.</summary>
    Doubtful,

    /// <summary>It becomes another method, or its assumptions do not hold.</summary>
    Degenerate,

    /// <summary>It cannot be done.</summary>
    Impossible,
}
