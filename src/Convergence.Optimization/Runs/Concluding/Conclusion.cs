using System.Collections.Immutable;
using Convergence.Evolution.Pareto;
using Convergence.Optimization.Runs.Evaluation;

namespace Convergence.Optimization.Runs.Concluding;

/// <summary>Says what a run has found: the winner, the front, and what the winner's score is worth.</summary>
/// <param name="setup">The run.</param>
/// <param name="entrants">All configurations.</param>
internal sealed class Conclusion(RunSetup setup, IReadOnlyList<Entrant> entrants)
{
    /// <summary>How many of the best meet the held-out cases.</summary>
    public const int FinalistCount = 3;

    private const int FitSweeps = 200;

    private (AbilityTable Table, IReadOnlyDictionary<Entrant, int> Rows)? _scored;

    /// <summary>Configurations that met all cases of the search and could be scored, best first.</summary>
    public ImmutableArray<Entrant> Ranked =>
    [
        .. entrants.Where(entrant => IsComplete(entrant) && RankOf(entrant) is not null)
            .OrderByDescending(RankOf).ThenBy(entrant => entrant.Id),
    ];

    /// <summary>
    /// Who is to meet the held-out cases: the best, and the configuration in use, which they are compared with; without another, nobody.
    /// </summary>
    public ImmutableArray<Entrant> Finalists
    {
        get
        {
            ImmutableArray<Entrant> best = [.. Ranked.Where(entrant => !entrant.IsBaseline).Take(FinalistCount)];
            return best.IsEmpty ? [] : [.. best, .. entrants.Where(entrant => entrant is { IsBaseline: true, HasScore: true })];
        }
    }

    /// <summary>
    /// Whether the run was cut off before anything could be said for or against the configuration in use: no other met all cases, or one
    /// that did not looks better than all that did.
    /// </summary>
    public bool IsUndecided
    {
        get
        {
            var ranked = Ranked;
            if (!entrants.Any(entrant => entrant.IsCut) || ranked is [{ IsBaseline: false }, ..])
            {
                return false;
            }

            // A race completes nobody else where the configuration in use leads: others were tried all the same.
            return ranked.IsEmpty
                || entrants.All(entrant => entrant.IsBaseline || entrant.IsCut || !entrant.HasScore)
                || entrants.Any(entrant => entrant is { IsCut: true, HasScore: true } && ValueOf(entrant) > ValueOf(ranked[0]));
        }
    }

    /// <summary>The score of the best of those that met all cases; <see langword="null"/> when there is none.</summary>
    public double? BestScore => Ranked is [var best, ..] ? setup.Objectives.ScoreOf(best) : null;

    /// <summary>The configurations that no other beats in all objectives, in the order of asking; empty with one objective.</summary>
    public ImmutableArray<Entrant> Front
    {
        get
        {
            if (!setup.Objectives.IsFront)
            {
                return [];
            }

            (Entrant Entrant, double[] Losses)[] all =
                [.. Ranked.OrderBy(entrant => entrant.Id).Select(entrant => (entrant, LossesOf(entrant)))];
            return
            [
                .. all.Where((member, index) => !all.Where((other, place) => place != index
                        && ParetoFront.NoWorse(other.Losses, member.Losses)
                        && (place < index || !ParetoFront.NoWorse(member.Losses, other.Losses))).Any())
                    .Select(member => member.Entrant),
            ];
        }
    }

    /// <summary>The share of the unit cube of metrics that the front covers.</summary>
    public double? HypervolumeOf(IEnumerable<Entrant> front) => setup.Objectives.IsFront
        ? Hypervolume.Of([.. front.Select(LossesOf)], [.. Enumerable.Repeat(1.0, setup.Objectives.Count)])
        : null;

    /// <summary>
    /// The winner: by what finalists showed on all cases, else by the search's; when the run was cut off before, the one of the highest
    /// estimate.
    /// </summary>
    public Entrant? Winner()
    {
        Entrant[] scored = [.. entrants.Where(entrant => entrant.HasScore)];
        if (scored.Length == 0)
        {
            return null;
        }

        Entrant[] finalists = [.. scored.Where(entrant => entrant.Results.Count > setup.Plan.Search.Length)];
        return finalists.Length == 0 && !IsUndecided && Ranked is [var best, ..]
            ? best
            : (finalists.Length > 0 ? finalists : scored).MaxBy(ValueOf);
    }

    /// <summary>What a configuration scores on cases of this kind, its selection reckoned with.</summary>
    public CorrectedScore EstimateOf(Entrant winner)
    {
        var (table, rows) = Scored;
        var estimate = table.EstimateOf(rows[winner], .95);
        double[] scores = [.. winner.Results.Values.Select(result => result.Score).OfType<double>()];
        var (lower, upper) = scores.Length > 1
            ? UnseenCases.Widen((Math.Clamp(estimate.Lower, 0, 1), Math.Clamp(estimate.Upper, 0, 1)), scores)
            : (0, 1);
        return new CorrectedScore(
            Math.Clamp(estimate.Value, 0, 1),
            lower,
            upper,
            winner.Results.Count > setup.Plan.Search.Length,
            setup.Objectives.HeldOutScoreOf(winner),
            scores.Length > 1);
    }

    /// <summary>All scores as a fitted table, with the row of each configuration that has one.</summary>
    public (AbilityTable Table, IReadOnlyDictionary<Entrant, int> Rows) Scored =>
        _scored ??= TableOf([.. entrants.Where(entrant => entrant.HasScore)]);

    private (AbilityTable Table, IReadOnlyDictionary<Entrant, int> Rows) TableOf(Entrant[] scored)
    {
        var table = new AbilityTable(scored.Length, 1, setup.Plan.Weights);
        var rows = new Dictionary<Entrant, int>();
        foreach (var entrant in scored)
        {
            rows.Add(entrant, rows.Count);
            foreach (var (place, result) in entrant.Results)
            {
                table.Add(rows[entrant], place, result.Score is { } score ? [score] : null);
            }
        }

        table.Fit(FitSweeps);
        return (table, rows);
    }

    // Who answers fewer than half of the cases has shown too little.
    private bool IsComplete(Entrant entrant) => !entrant.IsGivenUp && entrant.Results.Count >= setup.Plan.Search.Length
        && 2 * entrant.Results.Count(pair => pair.Key < setup.Plan.Search.Length && pair.Value.Score is not null)
            >= setup.Plan.Search.Length;

    // The cases that one was scored on may have been the easy ones.
    private double? RankOf(Entrant entrant) => entrant.HasScore && entrant.Results.Values.Any(result => result.Score is null)
        ? ValueOf(entrant)
        : setup.Objectives.ScoreOf(entrant);

    private double ValueOf(Entrant scored) => Scored.Table.EstimateOf(Scored.Rows[scored], setup.Search.ConfidenceLevel).Value;

    private double[] LossesOf(Entrant entrant) => [.. setup.Objectives.MeansOf(entrant)!.Select(mean => 1 - mean)];
}
