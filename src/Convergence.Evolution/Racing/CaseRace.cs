using Convergence.Evolution.Randomness;
using MathNet.Numerics.Distributions;

namespace Convergence.Evolution.Racing;

/// <summary>
/// A race of configurations over shared test cases, one evaluation after another. Who runs next follows from what an
/// <see cref="AbilityModel"/> believes, by one of the rules of <see cref="RaceAllocation"/>: evaluations go to those that may still win. It
/// ends when one has beaten all others by anytime-valid evidence (<see cref="BettingEvidence"/>), when the budget is spent, or when there
/// is nothing left to run. Not thread-safe.
/// </summary>
public sealed class CaseRace
{
    /// <summary>Draws before the best that can still run is taken: those drawn may have met all cases.</summary>
    private const int DrawLimit = 32;

    private readonly CaseRaceOptions _options;
    private readonly SearchRandom _random;
    private readonly bool[] _beaten;
    private int _spent;

    /// <param name="configurationCount">How many configurations race, at least 1.</param>
    /// <param name="caseCount">How many cases there are, at least 1. Shuffle them before: all meet them in one order.</param>
    /// <param name="options">Budget, confidence and range.</param>
    /// <param name="seed">Any value, for Thompson sampling; equal seeds and scores give equal races.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names all that are.</exception>
    public CaseRace(int configurationCount, int caseCount, CaseRaceOptions options, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problems() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(options));
        }

        (_options, _random) = (options, new SearchRandom(seed));
        Scores = new CaseScores(configurationCount, caseCount);
        Model = new AbilityModel(Scores);
        _beaten = new bool[configurationCount];
    }

    /// <summary>All scores so far.</summary>
    public CaseScores Scores { get; }

    /// <summary>What is believed of the configurations.</summary>
    public AbilityModel Model { get; }

    /// <summary>Why the race has ended; <see langword="null"/>: it has not.</summary>
    public CaseRaceEnd? End { get; private set; }

    /// <summary>Whether a configuration is beaten beyond doubt: it may be pruned.</summary>
    public bool IsBeaten(int configuration) => _beaten[configuration];

    /// <summary>The configuration to evaluate next, and its next case.</summary>
    /// <exception cref="InvalidOperationException">The race has ended.</exception>
    public (int Configuration, int Case) Next()
    {
        if (End is { } end)
        {
            throw new InvalidOperationException($"The race has ended: {end}.");
        }

        var configuration = Chosen();
        return (configuration, Scores.MetBy(configuration));
    }

    /// <summary>The score of a configuration on its next case.</summary>
    /// <param name="configuration">Its index.</param>
    /// <param name="score">Higher is better; <see langword="null"/> when it could not be scored.</param>
    public void Tell(int configuration, double? score)
    {
        Scores.Add(configuration, score);
        _spent++;
        Model.Fit();
        Prune(configuration);
        End = Enumerable.Range(0, _beaten.Length).Count(index => !_beaten[index]) == 1 ? CaseRaceEnd.Decided
            : _spent >= _options.Budget ? CaseRaceEnd.BudgetSpent
            : Runnable().Any() ? null
            : CaseRaceEnd.CasesExhausted;
        if (End is not null)
        {
            // The climb to the variances of highest likelihood is finished once, for the estimates.
            Model.Fit(50);
        }
    }

    private IEnumerable<int> Runnable() =>
        Enumerable.Range(0, _beaten.Length).Where(index => !_beaten[index] && Scores.MetBy(index) < Scores.CaseCount);

    private int Chosen()
    {
        int[] runnable = [.. Runnable()];
        var fewest = runnable.MinBy(Scores.MetBy);
        if (Scores.MetBy(fewest) < _options.FirstCases)
        {
            return fewest;
        }

        if (_options.Allocation == RaceAllocation.OptimalBudget)
        {
            return BudgetAllocation.Next(Model, Scores, [.. Enumerable.Range(0, _beaten.Length).Where(index => !_beaten[index])], runnable);
        }

        for (var draw = 0; draw < DrawLimit; draw++)
        {
            if (Drawn() is var drawn && Scores.MetBy(drawn) < Scores.CaseCount)
            {
                return drawn;
            }
        }

        return runnable.MaxBy(Model.AbilityOf);
    }

    private int Drawn()
    {
        var (best, highest) = (0, double.NegativeInfinity);
        for (var index = 0; index < _beaten.Length; index++)
        {
            if (!_beaten[index])
            {
                var drawn = Normal.Sample(_random, Model.AbilityOf(index), Math.Sqrt(Model.VarianceOf(index)));
                (best, highest) = drawn > highest ? (index, drawn) : (best, highest);
            }
        }

        return best;
    }

    /// <summary>Any ordered pair may be looked at, so each has its share of the error.</summary>
    private void Prune(int moved)
    {
        var count = (double)_beaten.Length;
        var threshold = count * (count - 1) / (1 - _options.Confidence);
        for (var other = 0; other < _beaten.Length; other++)
        {
            if (other == moved || _beaten[other])
            {
                continue;
            }

            _beaten[other] = BettingEvidence.ThatFirstIsBetter(Scores.Of(moved), Scores.Of(other), _options.Range) >= threshold;
            _beaten[moved] |= !_beaten[other]
                && BettingEvidence.ThatFirstIsBetter(Scores.Of(other), Scores.Of(moved), _options.Range) >= threshold;
        }
    }
}
