namespace Convergence.Merging;

/// <summary>How much a licence asks of whoever uses a model, the least first. An order to list by, not legal advice.</summary>
internal enum LicenceRank
{
    /// <summary>Asks nothing.</summary>
    PublicDomain,

    /// <summary>Asks to be named and to keep the notice.</summary>
    Permissive,

    /// <summary>Asks derived works to be under the same licence.</summary>
    ShareAlike,

    /// <summary>Forbids some uses, or some users.</summary>
    UseRestricted,

    /// <summary>Forbids commercial use.</summary>
    NonCommercial,

    /// <summary>Forbids derived works, which a merge is.</summary>
    NoDerivatives,

    /// <summary>Stated, but not a licence that is known here.</summary>
    Other,

    /// <summary>Not stated, which permits nothing by default.</summary>
    NotStated,
}
