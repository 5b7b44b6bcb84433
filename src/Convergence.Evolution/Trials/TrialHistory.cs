using System.Collections.Immutable;
using Convergence.Evolution.Spaces;

namespace Convergence.Evolution.Trials;

/// <summary>
/// All trials of a search so far: what a sampler sees. It only ever grows: the list of told trials in the order of telling is appended
/// to, so that a sampler may fold over it and remember how far it came.
/// </summary>
public sealed class TrialHistory
{
    private readonly List<Trial> _trials = [];
    private readonly List<double[]> _points = [];
    private readonly List<int> _told = [];
    private readonly SortedSet<int> _pending = [];
    private readonly HashSet<Configuration> _known = [];

    internal TrialHistory(SearchSpace space, ImmutableArray<Direction> directions) => (Space, Directions) = (space, directions);

    /// <summary>The space of the configurations.</summary>
    public SearchSpace Space { get; }

    /// <summary>The directions of the objectives; at least one.</summary>
    public ImmutableArray<Direction> Directions { get; }

    /// <summary>All trials, by id.</summary>
    public IReadOnlyList<Trial> Trials => _trials;

    /// <summary>How many trials were told.</summary>
    public int ToldCount => _told.Count;

    /// <summary>The pending trials, by id.</summary>
    public IEnumerable<Trial> Pending => _pending.Select(id => _trials[id]);

    /// <summary>The told trial with a 0-based place in the order of telling.</summary>
    public Trial Told(int place) => _trials[_told[place]];

    /// <summary>Whether a configuration was asked for before.</summary>
    public bool Contains(Configuration configuration) => _known.Contains(configuration);

    /// <summary>The point of a trial in the unit cube; NaN where a parameter does not count. Not to be written to.</summary>
    internal double[] PointOf(Trial trial) => _points[trial.Id];

    /// <summary>The objective with an index as a loss: lower is better.</summary>
    internal double LossOf(Trial trial, int objective) =>
        Directions[objective] == Direction.Minimize ? trial.Objectives[objective] : -trial.Objectives[objective];

    /// <summary>All objectives of a trial as losses.</summary>
    internal double[] LossesOf(Trial trial) => [.. Enumerable.Range(0, Directions.Length).Select(objective => LossOf(trial, objective))];

    internal void Add(Trial trial)
    {
        _trials.Add(trial);
        _points.Add(Space.ToUnit(trial.Configuration));
        _pending.Add(trial.Id);
        _known.Add(trial.Configuration);
    }

    internal void Tell(Trial trial)
    {
        _trials[trial.Id] = trial;
        _pending.Remove(trial.Id);
        _told.Add(trial.Id);
    }
}
