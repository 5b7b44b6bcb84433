using System.Collections.Immutable;

namespace Convergence.Evolution.Trials;

/// <summary>
/// An ask/tell search in which evaluations may overlap: ask for some trials, tell them in any order as they end. A search is a
/// deterministic function of its options, its seed and the order of asking and telling. Not thread-safe.
/// </summary>
public interface ITrialSearch
{
    /// <summary>All trials so far.</summary>
    TrialHistory History { get; }

    /// <summary>The complete trials that no other complete one beats in all objectives: with one objective, the best (of equals, the one
    /// told first). Empty before the first complete trial.</summary>
    ImmutableArray<Trial> Best { get; }

    /// <summary>
    /// Trials to evaluate next, no configuration of which was asked before. Fewer than asked for, or none, when the space holds no more.
    /// </summary>
    /// <param name="count">How many, at least 1.</param>
    ImmutableArray<Trial> Ask(int count = 1);

    /// <summary>The outcome of a pending trial.</summary>
    /// <param name="id">The trial's id.</param>
    /// <param name="objectives">A value for each direction. If any is NaN or infinite the trial is missing.</param>
    /// <exception cref="ArgumentException">No such trial is pending, or the number of values is wrong.</exception>
    Trial Tell(int id, params ReadOnlySpan<double> objectives);

    /// <summary>A pending trial that could not be evaluated.</summary>
    /// <exception cref="ArgumentException">No such trial is pending.</exception>
    Trial TellMissing(int id);

    /// <summary>A pending trial that was given up because it is not good enough.</summary>
    /// <param name="id">The trial's id.</param>
    /// <param name="estimates">Finite estimates of its objectives, one for each direction, or none.</param>
    /// <exception cref="ArgumentException">No such trial is pending, or the number of values is wrong or one not finite.</exception>
    Trial TellPruned(int id, params ReadOnlySpan<double> estimates);

    /// <summary>Everything needed to go on exactly from here.</summary>
    TrialLog Save();
}
