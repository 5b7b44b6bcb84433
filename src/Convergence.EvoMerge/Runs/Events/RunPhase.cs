namespace Convergence.EvoMerge.Runs;

/// <summary>What a run is busy with.</summary>
public enum RunPhase
{
    /// <summary>Models are opened and hashed, tasks read, splits checked.</summary>
    Preparing,

    /// <summary>Parents are scored on the search split, so that fitness is relative to them.</summary>
    ScoringParents,

    /// <summary>Generations are merged and scored.</summary>
    Evolving,

    /// <summary>Finalists are ranked on the validation split.</summary>
    Validating,

    /// <summary>Champion, parents and plain average are scored on the test split.</summary>
    Testing,

    /// <summary>The output directory is written.</summary>
    Writing,
}
