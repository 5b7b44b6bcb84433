using Convergence.Optimization.Runs.Searching;
using MathNet.Numerics.Distributions;

namespace Convergence.Optimization.Runs.Evaluation;

/// <summary>
/// Takes a generation through the search's cases, case by case: the configuration in use meets all, for whatever wins is compared with it;
/// of the others all meet a case before any meets the next. So a search for
/// a front runs, which has no one best to race for: of it, a configuration that some other beats in every objective with the confidence
/// asked for, by what both have shown, is given up (after Birattari et al., "A racing algorithm for configuring metaheuristics", 2002, with
/// <see cref="Evolution.Racing.AbilityModel"/> in the place of its test), and the best of former generations race along with the scores
/// that they have. A configuration that is refused each time is given up in any case.
/// </summary>
internal sealed class CaseByCase : IGenerationSchedule
{
    /// <summary>Cases that every configuration meets before anything is said of it.</summary>
    private const int FirstCases = 3;

    private readonly IReadOnlyList<Entrant> _entrants;
    private readonly Objectives _objectives;
    private readonly AbilityTable _table;
    private readonly Dictionary<Entrant, int> _rows = [];
    private readonly int _caseCount;
    private readonly double _threshold;
    private readonly bool _isRacing;
    private int _toldSinceCheck;

    /// <param name="entrants">The generation.</param>
    /// <param name="references">The best so far, which have met all cases of the search.</param>
    /// <param name="plan">The cases.</param>
    /// <param name="objectives">What counts.</param>
    /// <param name="confidence">How sure to be before one is given up, in (0, 1); <see langword="null"/>: none is.</param>
    public CaseByCase(
        IReadOnlyList<Entrant> entrants, IReadOnlyList<Entrant> references, CasePlan plan, Objectives objectives, double? confidence)
    {
        (_entrants, _objectives, _caseCount) = (entrants, objectives, plan.Search.Length);
        _isRacing = confidence is not null && _caseCount > FirstCases;
        _threshold = Normal.InvCDF(0, 1, 1 - (confidence ?? .5));
        _table = new AbilityTable(references.Count + entrants.Count, objectives.Count, [.. plan.Weights.Take(_caseCount)]);
        foreach (var entrant in references.Concat(entrants))
        {
            _rows.Add(entrant, _rows.Count);
        }

        foreach (var reference in references)
        {
            foreach (var (place, result) in reference.Results.Where(pair => pair.Key < _caseCount))
            {
                _table.Add(_rows[reference], place, objectives.ValuesOf(result));
            }
        }
    }

    public CaseTask? Next() =>
        _entrants.Where(entrant => !entrant.IsGivenUp && entrant.StartedCount < _caseCount)
            .MinBy(entrant => entrant.IsBaseline ? -1 : entrant.StartedCount) is { } next
            ? new CaseTask(next, next.StartedCount++)
            : null;

    public void Tell(CaseTask task, CaseResult result)
    {
        var entrant = task.Entrant;
        _table.Add(_rows[entrant], task.Case, _objectives.ValuesOf(result));
        if (entrant.Results.Count >= FirstCases && entrant.IsAlwaysRejected)
        {
            entrant.IsGivenUp = true;
        }

        // Once a case, not once a call: the models of large generations would cost more than they save.
        if (_isRacing && ++_toldSinceCheck >= _entrants.Count(other => !other.IsGivenUp))
        {
            _toldSinceCheck = 0;
            _table.Fit(sweeps: 3);
            GiveUpBeaten();
        }
    }

    public double[]? EstimatesOf(Entrant entrant)
    {
        if (!entrant.HasScore)
        {
            return null;
        }

        _table.Fit(sweeps: 50);
        var estimates = _table.EstimatesOf(_rows[entrant]);
        return Array.TrueForAll(estimates, double.IsFinite) ? estimates : null;
    }

    private void GiveUpBeaten()
    {
        var rivals = _rows.Where(pair => !pair.Key.IsGivenUp && pair.Key.HasScore && _table.MetBy(pair.Value) >= FirstCases).ToArray();
        Entrant[] beaten =
        [
            .. rivals.Where(pair => !pair.Key.IsBaseline && pair.Key.StartedCount < _caseCount
                    && Array.Exists(rivals, rival => _table.HighestLead(pair.Value, rival.Value) < _threshold))
                .Select(pair => pair.Key),
        ];
        foreach (var entrant in beaten)
        {
            entrant.IsGivenUp = true;
        }
    }
}
