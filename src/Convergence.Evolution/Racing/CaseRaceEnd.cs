namespace Convergence.Evolution.Racing;

/// <summary>Why a race has ended.</summary>
public enum CaseRaceEnd
{
    /// <summary>One configuration is the best with the confidence asked for.</summary>
    Decided,

    /// <summary>The budget of evaluations is spent.</summary>
    BudgetSpent,

    /// <summary>Every configuration that races has met all cases.</summary>
    CasesExhausted,
}
