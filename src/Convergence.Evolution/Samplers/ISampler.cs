using Convergence.Evolution.Randomness;
using Convergence.Evolution.Trials;

namespace Convergence.Evolution.Samplers;

/// <summary>
/// Proposes configurations. What it proposes is a function of its options, the history and the random draws; anything it keeps between
/// calls is a fold over the told trials in their order, kept for speed alone. An instance serves one search. Not thread-safe.
/// </summary>
public interface ISampler
{
    /// <summary>The name that its trials carry.</summary>
    string Name { get; }

    /// <summary>Whether it has something of its own to propose now; a portfolio passes over who has not. Default: always.</summary>
    bool CanSuggest(TrialHistory history) => true;

    /// <summary>
    /// The most promising configuration to try next, while those pending are under way. It may propose one that was asked before; the
    /// search then asks again.
    /// </summary>
    Proposal Suggest(TrialHistory history, SearchRandom random);
}
