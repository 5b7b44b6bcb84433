namespace Convergence.Merging;

/// <summary>The sign that TIES elects where the weighted votes add up to exactly zero.</summary>
public enum ZeroSign
{
    /// <summary>Always plus (mergekit's rule).</summary>
    Positive,

    /// <summary>The sign that was elected more often over the whole model (the authors' code).</summary>
    Majority,
}
