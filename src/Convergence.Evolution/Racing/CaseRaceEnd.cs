namespace Convergence.Evolution.Racing;

/// <summary>Why a race has ended.</summary>
public enum CaseRaceEnd
{
    /// <summary>All configurations but one are beaten beyond doubt.</summary>
    Decided,

    /// <summary>The budget of evaluations is spent.</summary>
    BudgetSpent,

    /// <summary>Every configuration that is not beaten has met all cases.</summary>
    CasesExhausted,
}
