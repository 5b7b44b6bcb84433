using System.Collections.Immutable;
using Convergence.Evolution.Spaces;

namespace Convergence.Evolution.Learning;

/// <summary>
/// What former searches over this space teach a new one whose objective is another, but may be like theirs: the same API with other test
/// cases, another model, other weights. Losses are compared within a search alone, so only ranks cross over. Immutable; a function of the
/// searches.
/// </summary>
public sealed class SearchExperience
{
    /// <summary>How many trials former evidence of an operator weighs at most: new evidence must be able to contradict it.</summary>
    public const double CreditLimit = 6;

    /// <summary>How many former winners a search tries before anything else.</summary>
    public const int ProbeLimit = 5;

    /// <summary>The best of each search that teach where good values lie.</summary>
    private const double GoodShare = 0.1;
    private const int FewestGood = 3;

    /// <summary>Who finds improvements changes while a search goes on: from these counts of trials on, evidence is kept apart.</summary>
    private static readonly int[] Phases = [0, 15, 40, 100];

    private readonly Dictionary<(string Origin, int Phase), (double Successes, double Failures)> _credits = [];

    /// <param name="searches">Former searches, oldest first, each with its trials in their order.</param>
    public SearchExperience(IEnumerable<IReadOnlyList<FormerTrial>> searches)
    {
        ArgumentNullException.ThrowIfNull(searches);
        FormerTrial[][] good = [.. searches.Where(search => search.Count > 0).Select(Learn)];
        Good = [.. good.SelectMany(best => best).Select(trial => trial.Configuration).Distinct()];

        // The winners first, of the newest search first; then the seconds.
        Probes =
        [
            .. Enumerable.Range(0, good.Select(best => best.Length).DefaultIfEmpty().Max())
                .SelectMany(rank => good.Reverse().Where(best => rank < best.Length).Select(best => best[rank].Configuration))
                .Distinct().Take(ProbeLimit),
        ];
    }

    /// <summary>Good configurations, from all searches alike.</summary>
    public ImmutableArray<Configuration> Good { get; }

    /// <summary>What to try first, most promising first; at most <see cref="ProbeLimit"/>.</summary>
    public ImmutableArray<Configuration> Probes { get; }

    /// <summary>
    /// How often an operator's trials improved on all before them and how often not, at this stage of former searches; at most
    /// <see cref="CreditLimit"/> together.
    /// </summary>
    /// <param name="origin">The operator.</param>
    /// <param name="toldCount">How many trials the search has been told.</param>
    public (double Successes, double Failures) CreditOf(string origin, int toldCount)
    {
        var (successes, failures) = _credits.GetValueOrDefault((origin, PhaseOf(toldCount)));
        var share = Math.Min(1, CreditLimit / Math.Max(successes + failures, 1));
        return (share * successes, share * failures);
    }

    private FormerTrial[] Learn(IReadOnlyList<FormerTrial> search)
    {
        var best = double.PositiveInfinity;
        for (var place = 0; place < search.Count; place++)
        {
            var (loss, improved) = (search[place].Loss, search[place].Loss < best);
            best = Math.Min(best, loss);
            if (search[place].Origin is { } origin)
            {
                var (successes, failures) = _credits.GetValueOrDefault((origin, PhaseOf(place)));
                _credits[(origin, PhaseOf(place))] = improved ? (successes + 1, failures) : (successes, failures + 1);
            }
        }

        var count = Math.Max(FewestGood, (int)Math.Ceiling(GoodShare * search.Count));
        return [.. search.OrderBy(trial => trial.Loss).DistinctBy(trial => trial.Configuration).Take(count)];
    }

    private static int PhaseOf(int toldCount) => Array.FindLastIndex(Phases, first => toldCount >= first);
}
