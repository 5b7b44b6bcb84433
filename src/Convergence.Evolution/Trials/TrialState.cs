namespace Convergence.Evolution.Trials;

/// <summary>What is known of a trial.</summary>
public enum TrialState
{
    /// <summary>Asked for, not yet told.</summary>
    Pending,

    /// <summary>Told, with all its objectives.</summary>
    Complete,

    /// <summary>It could not be evaluated: it says nothing of the configuration's worth, and is not asked again.</summary>
    Missing,

    /// <summary>Given up early as not good enough, with estimates of its objectives or none. It never is the best.</summary>
    Pruned,
}
