using MathNet.Numerics.Distributions;

namespace Convergence.Evolution.Racing;

/// <summary>
/// A race of configurations over shared test cases for the best of them. After every score a <see cref="CaseResponseModel"/> says what is
/// believed; the configuration that has the fewest evaluations for what it should have (<see cref="BudgetAllocation"/>) runs next, on the
/// case that would say most of its difference to the leader. Any number of evaluations may be under way: what they ask is not asked again.
/// The race is a function of what it was told in which order: telling it again resumes it. Not thread-safe.
/// </summary>
public sealed class CaseRace
{
    private const int FirstSteps = 10;
    private const int LastSteps = 50;

    private readonly CaseRaceOptions _options;
    private readonly HashSet<(int Configuration, int Case)> _underWay = [];
    private readonly int[] _begun;
    private readonly bool[] _isOut;
    private int _spent;
    private int _fitted;
    private int _told;
    private bool _isFinished;

    /// <param name="configurationCount">How many configurations race, at least 1.</param>
    /// <param name="caseCount">How many cases there are, at least 1. Shuffle them before: the first are met in this order.</param>
    /// <param name="options">Budget, confidence and weights.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names all that are.</exception>
    public CaseRace(int configurationCount, int caseCount, CaseRaceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Scores = new CaseScores(configurationCount, caseCount);
        if (options.Problems(caseCount) is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(options));
        }

        _options = options;
        Model = new CaseResponseModel(Scores, options.Weights);
        (_begun, _isOut) = (new int[configurationCount], new bool[configurationCount]);
    }

    /// <summary>All scores so far.</summary>
    public CaseScores Scores { get; }

    /// <summary>What is believed of the configurations, as of the last question.</summary>
    public CaseResponseModel Model { get; }

    /// <summary>Why nothing more is asked; <see langword="null"/>: something may be.</summary>
    public CaseRaceEnd? End { get; private set; }

    /// <summary>The best by what is known: the highest ability of those that were scored and still race, the first of equals.</summary>
    public int Leader
    {
        get
        {
            Fit(End is not null && _underWay.Count == 0);
            return LeaderOf([.. Racing()]);
        }
    }

    /// <summary>What to evaluate next; <see langword="null"/> when the race has ended, or nothing is left but what is under way.</summary>
    public (int Configuration, int Case)? Next()
    {
        if (End is not null)
        {
            return null;
        }

        int[] racing = [.. Racing()];
        int[] runnable = [.. racing.Where(index => _begun[index] < Scores.CaseCount)];
        if (_spent >= _options.Budget || runnable.Length == 0)
        {
            End = runnable.Length == 0 ? CaseRaceEnd.CasesExhausted : CaseRaceEnd.BudgetSpent;
            return null;
        }

        var fewest = runnable.MinBy(index => _begun[index]);
        return _begun[fewest] < _options.FirstCases ? Begin(fewest, FirstOpen(fewest)) : NextByBelief(racing, runnable);
    }

    /// <summary>What came of an evaluation.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="testCase">The case.</param>
    /// <param name="score">Higher is better; <see langword="null"/> when it could not be scored.</param>
    /// <exception cref="ArgumentException">It is not under way.</exception>
    public void Tell(int configuration, int testCase, double? score)
    {
        if (!_underWay.Remove((configuration, testCase)))
        {
            throw new ArgumentException($"Configuration {configuration} on case {testCase} is not under way.", nameof(testCase));
        }

        Scores.Add(configuration, testCase, score);
        _told++;
    }

    /// <summary>A score that was there before the race: it costs nothing.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="testCase">The case.</param>
    /// <param name="score">Higher is better; <see langword="null"/> when it could not be scored.</param>
    public void Know(int configuration, int testCase, double? score)
    {
        if (_underWay.Contains((configuration, testCase)))
        {
            throw new ArgumentException($"Configuration {configuration} on case {testCase} is under way.", nameof(testCase));
        }

        Scores.Add(configuration, testCase, score);
        _begun[configuration]++;
        _told++;
    }

    /// <summary>Takes a configuration out of the race, whatever its scores.</summary>
    public void Withdraw(int configuration) => _isOut[configuration] = true;

    private IEnumerable<int> Racing() => Enumerable.Range(0, _begun.Length).Where(index => !_isOut[index]);

    private (int Configuration, int Case)? NextByBelief(int[] racing, int[] runnable)
    {
        Fit();
        var leader = LeaderOf(racing);
        if (ChanceOfOthers(racing, leader) <= 1 - _options.Confidence)
        {
            End = CaseRaceEnd.Decided;
            return null;
        }

        var shares = BudgetAllocation.SharesOf(Model, racing, leader);
        var next = runnable.MaxBy(index => shares[index] / (_begun[index] + 1));
        var importances = shares;
        if (next != leader)
        {
            importances = new double[shares.Length];
            importances[next] = 1;
        }

        importances[leader] = 0;
        return Begin(next, Enumerable.Range(0, Scores.CaseCount).Where(testCase => IsOpen(next, testCase))
            .MaxBy(testCase => Model.GainOf(next, testCase, leader, importances)));
    }

    /// <summary>The sum of the probabilities that others are better: at least the probability that one of them is.</summary>
    private double ChanceOfOthers(int[] racing, int leader) => racing.Where(index => index != leader).Sum(index =>
    {
        var (value, deviation) = Model.Lead(index, leader);
        return Normal.CDF(0, 1, value / deviation);
    });

    private int LeaderOf(int[] racing)
    {
        int[] scored = [.. racing.Where(index => !double.IsNaN(Scores.MeanOf(index)))];
        return scored.Length > 0 ? scored.MaxBy(Model.AbilityOf) : racing.FirstOrDefault();
    }

    private (int Configuration, int Case) Begin(int configuration, int testCase)
    {
        _underWay.Add((configuration, testCase));
        _begun[configuration]++;
        _spent++;
        return (configuration, testCase);
    }

    private bool IsOpen(int configuration, int testCase) =>
        !Scores.HasMet(configuration, testCase) && !_underWay.Contains((configuration, testCase));

    private int FirstOpen(int configuration) =>
        Enumerable.Range(0, Scores.CaseCount).First(testCase => IsOpen(configuration, testCase));

    // The climb to the variances of highest likelihood is finished once, for the estimates.
    private void Fit(bool isLast = false)
    {
        if (_told > _fitted)
        {
            Model.Fit(_fitted == 0 ? FirstSteps : 1);
            _fitted = _told;
        }

        if (isLast && !_isFinished)
        {
            Model.Fit(LastSteps);
            _isFinished = true;
        }
    }
}
