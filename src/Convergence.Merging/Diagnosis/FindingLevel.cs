namespace Convergence.Merging.Diagnosis;

/// <summary>How grave a finding is, rising.</summary>
public enum FindingLevel
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Worth knowing; nothing to be done.</summary>
    Note,

    /// <summary>A merge works, but may disappoint.</summary>
    Warning,

    /// <summary>A merge is refused, or its result would be noise.</summary>
    Blocks,
}
