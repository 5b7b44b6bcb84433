namespace Convergence.Evolution.Racing;

/// <summary>
/// Scores of several configurations on shared test cases. Every configuration meets the cases in one order, so that any two are
/// paired on all cases that the less tested one has met. Not thread-safe.
/// </summary>
public sealed class CaseScores
{
    private readonly double[][] _scores;
    private readonly int[] _met;

    /// <param name="configurationCount">How many configurations, at least 1.</param>
    /// <param name="caseCount">How many cases, at least 1.</param>
    public CaseScores(int configurationCount, int caseCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(configurationCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(caseCount, 1);
        CaseCount = caseCount;
        _met = new int[configurationCount];
        _scores = [.. _met.Select(_ => new double[caseCount])];
    }

    /// <summary>How many configurations there are.</summary>
    public int ConfigurationCount => _met.Length;

    /// <summary>How many cases there are.</summary>
    public int CaseCount { get; }

    /// <summary>How many cases a configuration has met.</summary>
    public int MetBy(int configuration) => _met[configuration];

    /// <summary>The scores of a configuration on the cases that it has met, in their order; NaN where it could not be scored.</summary>
    public ReadOnlySpan<double> Of(int configuration) => _scores[configuration].AsSpan(0, _met[configuration]);

    /// <summary>The score on the next case that a configuration meets.</summary>
    /// <param name="configuration">Its index.</param>
    /// <param name="score">Higher is better; <see langword="null"/>, NaN or an infinity when it could not be scored.</param>
    /// <exception cref="InvalidOperationException">It has met all cases.</exception>
    public void Add(int configuration, double? score)
    {
        if (_met[configuration] == CaseCount)
        {
            throw new InvalidOperationException($"Configuration {configuration} has met all {CaseCount} cases.");
        }

        _scores[configuration][_met[configuration]++] = score is { } value && double.IsFinite(value) ? value : double.NaN;
    }

    /// <summary>The mean over the scored cases; NaN when there are none.</summary>
    public double MeanOf(int configuration)
    {
        var (sum, count) = (0.0, 0);
        foreach (var score in Of(configuration))
        {
            (sum, count) = double.IsNaN(score) ? (sum, count) : (sum + score, count + 1);
        }

        return count == 0 ? double.NaN : sum / count;
    }
}
