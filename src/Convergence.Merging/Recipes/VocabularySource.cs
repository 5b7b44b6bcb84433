namespace Convergence.Merging;

/// <summary>Which tokens the output of a merge has.</summary>
public enum VocabularySource
{
    /// <summary>All tokens of all models: the base's with its ids, then those that others add.</summary>
    Union,

    /// <summary>Those of the base, or of the first model when there is no base.</summary>
    Base,

    /// <summary>Those of a named model.</summary>
    Model,
}
