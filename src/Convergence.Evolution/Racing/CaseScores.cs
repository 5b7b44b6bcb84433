using System.Runtime.InteropServices;

namespace Convergence.Evolution.Racing;

/// <summary>Scores of configurations on shared test cases, which each may meet in an order of its own. Not thread-safe.</summary>
public sealed class CaseScores
{
    private readonly bool[,] _met;
    private readonly List<int>[] _cases;
    private readonly List<double>[] _scores;

    /// <param name="configurationCount">How many configurations, at least 1.</param>
    /// <param name="caseCount">How many cases, at least 1.</param>
    public CaseScores(int configurationCount, int caseCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(configurationCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(caseCount, 1);
        (ConfigurationCount, CaseCount) = (configurationCount, caseCount);
        _met = new bool[configurationCount, caseCount];
        _cases = [.. Enumerable.Range(0, configurationCount).Select(_ => new List<int>())];
        _scores = [.. _cases.Select(_ => new List<double>())];
    }

    /// <summary>How many configurations there are.</summary>
    public int ConfigurationCount { get; }

    /// <summary>How many cases there are.</summary>
    public int CaseCount { get; }

    /// <summary>How many cases a configuration has met.</summary>
    public int MetBy(int configuration) => _cases[configuration].Count;

    /// <summary>Whether a configuration has met a case.</summary>
    public bool HasMet(int configuration, int testCase) => _met[configuration, testCase];

    /// <summary>The cases that a configuration has met, in the order of meeting; valid until the next is added.</summary>
    public ReadOnlySpan<int> CasesOf(int configuration) => CollectionsMarshal.AsSpan(_cases[configuration]);

    /// <summary>Its scores on <see cref="CasesOf"/>; NaN where it could not be scored.</summary>
    public ReadOnlySpan<double> ScoresOf(int configuration) => CollectionsMarshal.AsSpan(_scores[configuration]);

    /// <summary>The score of a configuration on a case.</summary>
    /// <param name="configuration">Its index.</param>
    /// <param name="testCase">The case's index.</param>
    /// <param name="score">Higher is better; <see langword="null"/>, NaN or an infinity when it could not be scored.</param>
    /// <exception cref="InvalidOperationException">It has met the case.</exception>
    public void Add(int configuration, int testCase, double? score)
    {
        if (_met[configuration, testCase])
        {
            throw new InvalidOperationException($"Configuration {configuration} has met case {testCase}.");
        }

        _met[configuration, testCase] = true;
        _cases[configuration].Add(testCase);
        _scores[configuration].Add(score is { } value && double.IsFinite(value) ? value : double.NaN);
    }

    /// <summary>The mean over the scored cases; NaN when there are none.</summary>
    public double MeanOf(int configuration) =>
        _scores[configuration].Where(score => !double.IsNaN(score)).DefaultIfEmpty(double.NaN).Average();
}
