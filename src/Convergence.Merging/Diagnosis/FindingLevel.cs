namespace Convergence.Merging.Diagnosis;

/// <summary>How grave a finding is, rising.</summary>
public enum FindingLevel
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Worth knowing; nothing to be done.</summary>
    Note,

    /// <summary>A merge is made, but may disappoint, or compute nothing.</summary>
    Warning,

    /// <summary>A merge is refused.</summary>
    Blocks,
}
