namespace Convergence.Evolution.Search;

/// <summary>Where a genome of a batch came from: what its outcome teaches, and whom.</summary>
public enum CandidateOrigin
{
    /// <summary>One of the space's own proposals.</summary>
    Seed,

    /// <summary>Drawn from the whole space, with no parents.</summary>
    Sample,

    /// <summary>Bred from one or two members of the population, kind kept.</summary>
    Child,

    /// <summary>Bred like a child, then expressed as another kind.</summary>
    KindChange,

    /// <summary>Drawn from the whole space to restore diversity.</summary>
    Immigrant,
}
