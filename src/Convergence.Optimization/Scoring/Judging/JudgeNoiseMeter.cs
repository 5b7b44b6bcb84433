namespace Convergence.Optimization.Scoring.Judging;

/// <summary>Gathers what judgements of the same answers say about the judge. Safe for use by many tasks.</summary>
internal sealed class JudgeNoiseMeter
{
    private readonly Lock _lock = new();
    private double _squares;
    private int _degrees;
    private int _answers;
    private int _judgements;
    private double _firstLessSecond;
    private int _pairs;

    /// <summary>Adds an answer's judgements.</summary>
    public void Add(IReadOnlyList<double> scores)
    {
        var mean = scores.Average();
        lock (_lock)
        {
            _squares += scores.Sum(score => (score - mean) * (score - mean));
            _degrees += scores.Count - 1;
            _judgements += scores.Count;
            _answers++;
        }
    }

    /// <summary>Adds the grades of a text in the first and in the second place.</summary>
    public void AddExchange(double inFirst, double inSecond)
    {
        lock (_lock)
        {
            _firstLessSecond += inFirst - inSecond;
            _pairs++;
        }
    }

    /// <summary>The estimate; <see langword="null"/> until an answer was judged twice.</summary>
    public JudgeNoise? Read()
    {
        lock (_lock)
        {
            return _degrees == 0
                ? null
                : new JudgeNoise(
                    Math.Sqrt(_squares / _degrees), _pairs == 0 ? null : _firstLessSecond / _pairs, _answers, _judgements / _answers);
        }
    }
}
