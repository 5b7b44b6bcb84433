namespace Convergence.Evolution.Search;

/// <summary>Where a genome of a batch came from: what its outcome teaches, and whom.</summary>
public enum CandidateOrigin
{
    /// <summary>One of the space's own proposals.</summary>
    Seed,

    /// <summary>Drawn from the whole space, with no parents.</summary>
    Sample,

    /// <summary>Bred from one or two members of the population, of a kind of theirs.</summary>
    Child,

    /// <summary>Bred in a kind that was chosen for it, not its parents' by descent.</summary>
    KindChange,

    /// <summary>Drawn from the whole space to restore diversity.</summary>
    Immigrant,
}
