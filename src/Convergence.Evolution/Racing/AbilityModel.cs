using MathNet.Numerics.Distributions;

namespace Convergence.Evolution.Racing;

/// <summary>
/// score = level + ability of the configuration + ease of the case + rest: crossed random effects, whose variances and values are found by
/// expectation-maximisation (Dempster, Laird and Rubin, 1977; the variances of the effects are taken as if the others were known). Hard
/// cases are told from poor configurations, and abilities are shrunk towards their mean as far as the data are few: the best of many no
/// longer looks better than it is (empirical Bayes; Efron, "Tweedie's formula and selection bias", 2011). Not thread-safe.
/// </summary>
public sealed class AbilityModel
{
    /// <summary>What share of the scores' variance abilities and eases are expected to have, before the scores say otherwise.</summary>
    private const double AbilityShare = 0.05;
    private const double EaseShare = 0.2;

    /// <summary>How many configurations, or cases, this expectation weighs.</summary>
    private const double PriorWeight = 10;

    private readonly CaseScores _scores;
    private readonly double[] _abilities;
    private readonly double[] _eases;
    private readonly int[] _scoredOf;
    private readonly int[] _scoredOn;
    private double _level;
    private double _abilityVariance;
    private double _easeVariance;
    private double _restVariance;
    private double _totalVariance;
    private bool _started;

    /// <summary>A model of scores that will come; it is fitted by <see cref="Fit"/>.</summary>
    public AbilityModel(CaseScores scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        _scores = scores;
        (_abilities, _scoredOf) = (new double[scores.ConfigurationCount], new int[scores.ConfigurationCount]);
        (_eases, _scoredOn) = (new double[scores.CaseCount], new int[scores.CaseCount]);
    }

    /// <summary>The ability of a configuration relative to the mean of all.</summary>
    public double AbilityOf(int configuration) => _abilities[configuration];

    /// <summary>How far abilities are believed to lie apart: their standard deviation, above 0 once something was scored.</summary>
    public double AbilityDeviation => Math.Sqrt(_abilityVariance);

    /// <summary>The variance that is left of a configuration's ability.</summary>
    public double VarianceOf(int configuration) => _restVariance / (_scoredOf[configuration] + (_restVariance / _abilityVariance));

    /// <summary>The configuration of the highest ability; the first of equals.</summary>
    public int Leader => Enumerable.Range(0, _abilities.Length).MaxBy(AbilityOf);

    /// <summary>Takes in what the scores are by now. It goes on from the last fit, so that one sweep after each score is enough.</summary>
    /// <param name="sweeps">Steps of the expectation-maximisation, at least 1.</param>
    public void Fit(int sweeps = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sweeps, 1);
        var (sum, squares, count) = Count();
        if (count == 0)
        {
            return;
        }

        _totalVariance = Math.Max((squares / count) - (sum / count * (sum / count)), 1e-12);
        if (!_started)
        {
            Start(sum, count);
        }

        for (var sweep = 0; sweep < sweeps; sweep++)
        {
            Sweep();
        }
    }

    /// <summary>
    /// What a configuration scores on cases of this kind, with an interval. As abilities are shrunk, it holds for the winner as well; it
    /// counts in that the cases themselves are a sample.
    /// </summary>
    /// <param name="configuration">Its index.</param>
    /// <param name="confidence">How often the interval shall hold the truth, in (0, 1).</param>
    public ScoreEstimate EstimateOf(int configuration, double confidence = 0.95)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(confidence, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(confidence, 1);
        var cases = Math.Max(2, _scoredOn.Count(count => count > 0));
        var met = Math.Max(1, _scoredOf[configuration]);
        var easeLeft = Enumerable.Range(0, _eases.Length)
            .Where(index => _scoredOn[index] > 0).Select(EaseVarianceOf).DefaultIfEmpty(0).Average();
        var levelLeft = (_easeVariance / cases) + (_restVariance / Math.Max(1, _scoredOf.Sum()));
        var variance = VarianceOf(configuration) + levelLeft + (easeLeft / met);
        var reach = StudentT.InvCDF(0, 1, cases - 1, (1 + confidence) / 2) * Math.Sqrt(variance);
        var value = _level + _abilities[configuration];
        return new ScoreEstimate(value, value - reach, value + reach);
    }

    private double EaseVarianceOf(int index) => _restVariance / (_scoredOn[index] + (_restVariance / _easeVariance));

    private (double Sum, double Squares, int Count) Count()
    {
        var (sum, squares) = (0.0, 0.0);
        Array.Clear(_scoredOn);
        for (var configuration = 0; configuration < _scoredOf.Length; configuration++)
        {
            var cases = _scores.CasesOf(configuration);
            var scores = _scores.ScoresOf(configuration);
            _scoredOf[configuration] = 0;
            for (var index = 0; index < scores.Length; index++)
            {
                var scored = double.IsNaN(scores[index]) ? 0 : 1;
                _scoredOf[configuration] += scored;
                _scoredOn[cases[index]] += scored;
                (sum, squares) = scored == 1 ? (sum + scores[index], squares + (scores[index] * scores[index])) : (sum, squares);
            }
        }

        return (sum, squares, _scoredOf.Sum());
    }

    private void Start(double sum, int count)
    {
        _level = sum / count;
        (_abilityVariance, _easeVariance, _restVariance) =
            (AbilityShare * _totalVariance, EaseShare * _totalVariance, (1 - AbilityShare - EaseShare) * _totalVariance);
        _started = true;
    }

    private void Sweep()
    {
        var (easeSums, rest, total) = (new double[_eases.Length], 0.0, 0);
        for (var configuration = 0; configuration < _abilities.Length; configuration++)
        {
            var cases = _scores.CasesOf(configuration);
            var scores = _scores.ScoresOf(configuration);
            var sum = 0.0;
            for (var index = 0; index < scores.Length; index++)
            {
                sum += double.IsNaN(scores[index]) ? 0 : scores[index] - _level - _eases[cases[index]];
            }

            _abilities[configuration] = sum / (_scoredOf[configuration] + (_restVariance / _abilityVariance));
            for (var index = 0; index < scores.Length; index++)
            {
                easeSums[cases[index]] += double.IsNaN(scores[index]) ? 0 : scores[index] - _level - _abilities[configuration];
            }
        }

        for (var index = 0; index < _eases.Length; index++)
        {
            _eases[index] = easeSums[index] / (_scoredOn[index] + (_restVariance / _easeVariance));
        }

        var drift = 0.0;
        for (var configuration = 0; configuration < _abilities.Length; configuration++)
        {
            var cases = _scores.CasesOf(configuration);
            var scores = _scores.ScoresOf(configuration);
            for (var index = 0; index < scores.Length; index++)
            {
                if (!double.IsNaN(scores[index]))
                {
                    var residual = scores[index] - _level - _abilities[configuration] - _eases[cases[index]];
                    (drift, rest, total) = (drift + residual, rest + (residual * residual), total + 1);
                }
            }
        }

        _level += drift / total;
        UpdateVariances(rest, total);
    }

    private void UpdateVariances(double rest, int total)
    {
        var abilityLeft = Enumerable.Range(0, _abilities.Length).Select(VarianceOf).ToArray();
        int[] met = [.. Enumerable.Range(0, _eases.Length).Where(index => _scoredOn[index] > 0)];
        var easeLeft = met.Select(EaseVarianceOf).ToArray();
        var spread = rest
            + _scoredOf.Zip(abilityLeft, (count, left) => count * left).Sum()
            + met.Zip(easeLeft, (index, left) => _scoredOn[index] * left).Sum();
        _abilityVariance = Pooled(_abilities.Zip(abilityLeft, (ability, left) => (ability * ability) + left), AbilityShare);
        _easeVariance = Pooled(met.Zip(easeLeft, (index, left) => (_eases[index] * _eases[index]) + left), EaseShare);
        _restVariance = Math.Max(spread / total, 1e-9 * _totalVariance);
    }

    /// <summary>The mean of the squares and of a prior that weighs as much as a few of them, so that no variance collapses to 0.</summary>
    private double Pooled(IEnumerable<double> squares, double share)
    {
        var all = squares.ToArray();
        return (all.Sum() + (PriorWeight * share * _totalVariance)) / (all.Length + PriorWeight);
    }
}
