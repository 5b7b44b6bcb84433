using Convergence.Evolution.Racing;
using Convergence.Optimization.Runs.Searching;

namespace Convergence.Optimization.Runs.Evaluation;

/// <summary>
/// Races a generation for its best with a <see cref="CaseRace"/>, for at most the calls of successive halving. The configuration in use
/// comes first and meets all cases, for whatever wins is compared with it; it and the best of former generations race along with the
/// scores that they have. Afterwards the leader meets the cases that it has not met, so that its score is a mean over all; should another
/// lead then, so does that, up to three. A configuration that is refused each time is given up.
/// </summary>
internal sealed class GenerationRace : IGenerationSchedule
{
    /// <summary>Refusals in a row, from the first call on, after which a configuration is given up.</summary>
    private const int HopelessCases = 3;

    /// <summary>How many leaders, one after another, may meet all cases.</summary>
    private const int MostLeaders = 3;

    private readonly Entrant[] _rows;
    private readonly Dictionary<Entrant, int> _rowOf = [];
    private readonly IReadOnlyList<Entrant> _entrants;
    private readonly CaseRace _race;
    private readonly AbilityTable _table;
    private readonly int _caseCount;
    private readonly HashSet<CaseTask> _raced = new(ReferenceEqualityComparer.Instance);
    private readonly Queue<CaseTask> _whole = [];
    private readonly HashSet<Entrant> _completed = [];
    private int _underWay;
    private int _leaders;

    /// <param name="entrants">The generation, at least one.</param>
    /// <param name="references">The best so far, which have met all cases of the search.</param>
    /// <param name="plan">The cases.</param>
    /// <param name="confidence">How sure to be of the best before the race ends, in (0, 1).</param>
    public GenerationRace(IReadOnlyList<Entrant> entrants, IReadOnlyList<Entrant> references, CasePlan plan, double confidence)
    {
        (_entrants, _rows, _caseCount) = (entrants, [.. references, .. entrants], plan.Search.Length);
        double[] weights = [.. plan.Weights.Take(_caseCount)];
        _table = new AbilityTable(_rows.Length, 1, weights);
        _race = new CaseRace(_rows.Length, _caseCount, new CaseRaceOptions
        {
            Budget = SuccessiveHalving.CallCount(Math.Max(1, entrants.Count(entrant => !entrant.IsBaseline)), _caseCount),
            Confidence = confidence,
            Weights = weights,
        });
        foreach (var (row, entrant) in _rows.Index())
        {
            _rowOf.Add(entrant, row);
            foreach (var (place, result) in entrant.Results.Where(pair => pair.Key < _caseCount))
            {
                _race.Know(row, place, result.Score);
                Note(row, place, result);
            }
        }

        _entrants.Where(entrant => entrant.IsBaseline).ToList().ForEach(Complete);
    }

    public CaseTask? Next()
    {
        if (NextOfWhole() is { } whole)
        {
            return whole;
        }

        if (_leaders == 0 && _completed.Any(entrant => !entrant.IsGivenUp && entrant.Results.Count < _caseCount))
        {
            return null; // The race would ask for what is under way.
        }

        if (_race.Next() is var (row, place))
        {
            var task = new CaseTask(_rows[row], place);
            _raced.Add(task);
            _underWay++;
            return task;
        }

        if (_race.End is not null && _underWay == 0)
        {
            CompleteLeader();
        }

        return NextOfWhole();
    }

    public void Tell(CaseTask task, CaseResult result)
    {
        var (entrant, row) = (task.Entrant, _rowOf[task.Entrant]);
        _underWay--;
        Note(row, task.Case, result);
        if (_raced.Remove(task))
        {
            _race.Tell(row, task.Case, result.Score);
        }
        else
        {
            _race.Know(row, task.Case, result.Score);
        }

        if (entrant.Results.Count >= HopelessCases && entrant.IsAlwaysRejected)
        {
            entrant.IsGivenUp = true;
            _race.Withdraw(row);
        }
    }

    public double[]? EstimatesOf(Entrant entrant)
    {
        if (!entrant.HasScore)
        {
            return null;
        }

        _table.Fit(sweeps: 50);
        return _table.EstimatesOf(_rowOf[entrant]);
    }

    private void Note(int row, int place, CaseResult result) => _table.Add(row, place, result.Score is { } score ? [score] : null);

    private CaseTask? NextOfWhole()
    {
        while (_whole.TryDequeue(out var task))
        {
            if (!task.Entrant.IsGivenUp)
            {
                _underWay++;
                return task;
            }
        }

        return null;
    }

    private void CompleteLeader()
    {
        var leader = _rows[_race.Leader];
        if (_leaders < MostLeaders && _entrants.Contains(leader) && !_completed.Contains(leader))
        {
            _leaders++;
            Complete(leader);
        }
    }

    private void Complete(Entrant entrant)
    {
        if (_completed.Add(entrant))
        {
            foreach (var place in Enumerable.Range(0, _caseCount).Where(place => !entrant.Results.ContainsKey(place)))
            {
                _whole.Enqueue(new CaseTask(entrant, place));
            }
        }
    }
}
