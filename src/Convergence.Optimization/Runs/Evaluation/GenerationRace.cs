using Convergence.Evolution.Racing;
using Convergence.Optimization.Runs.Searching;

namespace Convergence.Optimization.Runs.Evaluation;

/// <summary>
/// Races a generation for its best with a <see cref="CaseRace"/>, for at most the calls of successive halving. The best of former
/// generations race along with the scores that they have. Afterwards the leader, and the configuration in use, meet the cases that they
/// have not met, so that their scores are means over all; should another lead then, so does that, up to three. A configuration that is
/// refused each time is given up.
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
    private readonly Queue<CaseTask> _closing = [];
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
            Budget = SuccessiveHalving.CallCount(entrants.Count, _caseCount),
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
    }

    public CaseTask? Next()
    {
        if (_race.Next() is var (row, place))
        {
            var task = new CaseTask(_rows[row], place);
            _raced.Add(task);
            _underWay++;
            return task;
        }

        if (_race.End is not null && _underWay == 0)
        {
            Close();
        }

        while (_closing.TryDequeue(out var task))
        {
            if (!task.Entrant.IsGivenUp)
            {
                _underWay++;
                return task;
            }
        }

        return null;
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

    private void Close()
    {
        if (_leaders == 0)
        {
            _entrants.Where(entrant => entrant.IsBaseline).ToList().ForEach(Complete);
        }

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
                _closing.Enqueue(new CaseTask(entrant, place));
            }
        }
    }
}
