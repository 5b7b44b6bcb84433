namespace Convergence.Evolution.Racing;

/// <summary>
/// logit(expected score) = ability of the configuration + ease of the case: the model of item response theory (Rasch, "Probabilistic models
/// for some intelligence and attainment tests", 1960) with normal abilities and eases, fitted by penalised quasi-likelihood (Breslow and
/// Clayton, "Approximate inference in generalized linear mixed models", 1993), one Newton step at a time, with the variances by
/// expectation-maximisation. Scores lie in [0, 1] and need not be 0 or 1: where some are not, their spread about the expectation is found
/// from them. It tells which case would say most: one that all can do, or none, says nothing. Not thread-safe.
/// </summary>
public sealed class CaseResponseModel
{
    /// <summary>The variances of abilities and eases that are expected, in squared logits, before the scores say otherwise.</summary>
    private const double AbilityVariance = 0.25;
    private const double EaseVariance = 1;

    /// <summary>How many configurations, or cases, this expectation weighs; and how many scores that of their spread.</summary>
    private const double PriorWeight = 10;
    private const double SpreadWeight = 2;

    /// <summary>What is known of the level of all abilities beforehand, in logits to the power of -2: next to nothing.</summary>
    private const double LevelPrecision = 1e-3;

    private const double LeastVariance = 1e-3;
    private const double LeastSpread = 1e-4;
    private const double LongestStep = 2;

    private readonly CaseScores _scores;
    private readonly IReadOnlyList<double>? _weights;
    private readonly int _count;
    private readonly double[] _abilities;
    private readonly double[] _eases;
    private readonly List<(int Configuration, double Weight)>[] _scoredOn;
    private readonly double[] _easePrecisions;
    private readonly double[] _easeVariances;
    private readonly double[] _precision;
    private readonly double[] _covariance;
    private readonly double[] _abilityPull;
    private readonly double[] _easePull;
    private readonly double[] _shared;
    private double _abilityVariance = AbilityVariance;
    private double _easeVariance = EaseVariance;
    private double _spread = 1;
    private double _lowest;
    private double _highest = 1;

    /// <param name="scores">Scores that will come.</param>
    /// <param name="weights">How much each case counts, on the mean 1; <see langword="null"/>: all alike.</param>
    public CaseResponseModel(CaseScores scores, IReadOnlyList<double>? weights = null)
    {
        ArgumentNullException.ThrowIfNull(scores);
        (_scores, _weights, _count) = (scores, weights, scores.ConfigurationCount);
        (_abilities, _abilityPull, _shared) = (new double[_count], new double[_count], new double[_count]);
        (_eases, _easePull) = (new double[scores.CaseCount], new double[scores.CaseCount]);
        (_easePrecisions, _easeVariances) = (new double[scores.CaseCount], new double[scores.CaseCount]);
        Array.Fill(_easePrecisions, 1 / EaseVariance);
        Array.Fill(_easeVariances, EaseVariance);
        _scoredOn = [.. _eases.Select(_ => new List<(int, double)>())];
        (_precision, _covariance) = (new double[_count * _count], new double[_count * _count]);
        for (var index = 0; index < _count; index++)
        {
            _covariance[(index * _count) + index] = AbilityVariance;
        }
    }

    /// <summary>How many configurations there are.</summary>
    public int ConfigurationCount => _count;

    /// <summary>The logit of the score of a configuration on a case of middling ease.</summary>
    public double AbilityOf(int configuration) => _abilities[configuration];

    /// <summary>How far abilities are believed to lie apart: their standard deviation, in logits.</summary>
    public double AbilityDeviation => Math.Sqrt(_abilityVariance);

    /// <summary>
    /// By how much the first configuration's ability is above the second's, and the standard deviation of what is believed.
    /// </summary>
    public (double Value, double Deviation) Lead(int first, int second) => (
        _abilities[first] - _abilities[second],
        Math.Sqrt(Math.Max(1e-12, Covariance(first, first) + Covariance(second, second) - (2 * Covariance(first, second)))));

    /// <summary>
    /// By how much a score would lessen the variance of differences of abilities, each of which counts by its importance.
    /// </summary>
    /// <param name="configuration">Who would be scored.</param>
    /// <param name="testCase">The case.</param>
    /// <param name="other">Whose ability the differences are taken from.</param>
    /// <param name="importances">How much the difference to each configuration matters, at least 0.</param>
    public double GainOf(int configuration, int testCase, int other, ReadOnlySpan<double> importances)
    {
        var open = WhatIsOpen(configuration, testCase);
        var score = Expected(configuration, testCase, open);
        var noise = _spread / (score * (1 - score) * WeightOf(testCase));
        var shared = Covariance(other, configuration) + WithEase(other, testCase);
        var gain = 0.0;
        for (var rival = 0; rival < importances.Length; rival++)
        {
            if (importances[rival] > 0)
            {
                var difference = Covariance(rival, configuration) + WithEase(rival, testCase) - shared;
                gain += importances[rival] * difference * difference;
            }
        }

        return gain / (noise + open);
    }

    /// <summary>Takes in what the scores are by now. It goes on from the last fit, so that one step after each score is enough.</summary>
    /// <param name="steps">At least 1.</param>
    public void Fit(int steps = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        FindRange();
        for (var step = 0; step < steps; step++)
        {
            Step();
        }
    }

    private double Covariance(int first, int second) => _covariance[(first * _count) + second];

    private double WeightOf(int testCase) => _weights?[testCase] ?? 1;

    /// <summary>The covariance of a configuration's ability with a case's ease.</summary>
    private double WithEase(int configuration, int testCase)
    {
        var sum = 0.0;
        foreach (var (scored, weight) in _scoredOn[testCase])
        {
            sum -= Covariance(configuration, scored) * weight;
        }

        return sum / _easePrecisions[testCase];
    }

    /// <summary>The variance of what is believed of ability + ease.</summary>
    private double WhatIsOpen(int configuration, int testCase) =>
        Covariance(configuration, configuration) + _easeVariances[testCase] + (2 * WithEase(configuration, testCase));

    // MacKay's approximation of the mean of the logistic function under a normal belief ("The evidence framework applied to
    // classification networks", 1992).
    private double Expected(int configuration, int testCase, double open) =>
        Logistic((_abilities[configuration] + _eases[testCase]) / Math.Sqrt(1 + (Math.PI / 8 * open)));

    private static double Logistic(double logit) => 1 / (1 + Math.Exp(-logit));

    // Scores beyond [0, 1], which an evaluator of the user's may give, widen the range.
    private void FindRange()
    {
        for (var configuration = 0; configuration < _count; configuration++)
        {
            foreach (var score in _scores.ScoresOf(configuration))
            {
                (_lowest, _highest) = double.IsNaN(score) ? (_lowest, _highest) : (Math.Min(_lowest, score), Math.Max(_highest, score));
            }
        }
    }

    private void Step()
    {
        BeginStep();
        var residuals = TakeScores();
        if (residuals.Count > 0)
        {
            EliminateEases();
            CholeskyInverse.Of(_precision, _covariance, _count);
            Move();
            UpdateVariances(residuals);
        }
    }

    private void BeginStep()
    {
        var mean = _abilities.Average();
        Array.Fill(_precision, -1 / (_abilityVariance * _count));
        for (var index = 0; index < _count; index++)
        {
            _precision[(index * _count) + index] += (1 / _abilityVariance) + LevelPrecision;
            _abilityPull[index] = ((mean - _abilities[index]) / _abilityVariance) - (LevelPrecision * _abilities[index]);
        }

        for (var index = 0; index < _eases.Length; index++)
        {
            _scoredOn[index].Clear();
            (_easePrecisions[index], _easePull[index]) = (1 / _easeVariance, -_eases[index] / _easeVariance);
        }
    }

    private Residuals TakeScores()
    {
        var (squares, count, isBinary) = (0.0, 0, true);
        for (var configuration = 0; configuration < _count; configuration++)
        {
            var cases = _scores.CasesOf(configuration);
            var scores = _scores.ScoresOf(configuration);
            for (var place = 0; place < cases.Length; place++)
            {
                if (double.IsNaN(scores[place]))
                {
                    continue;
                }

                var testCase = cases[place];
                var score = (scores[place] - _lowest) / (_highest - _lowest);
                var expected = Logistic(_abilities[configuration] + _eases[testCase]);
                var (variance, importance) = (Math.Max(LeastVariance, expected * (1 - expected)), WeightOf(testCase) / _spread);
                var (weight, pull) = (variance * importance, (score - expected) * importance);
                _scoredOn[testCase].Add((configuration, weight));
                _easePrecisions[testCase] += weight;
                _easePull[testCase] += pull;
                _abilityPull[configuration] += pull;
                _precision[(configuration * _count) + configuration] += weight;
                squares += WeightOf(testCase) * (score - expected) * (score - expected) / variance;
                (count, isBinary) = (count + 1, isBinary && score is 0 or 1);
            }
        }

        return new Residuals(squares, count, isBinary);
    }

    /// <summary>What is left for the abilities when the eases, each of which few scores speak of, are solved for.</summary>
    private void EliminateEases()
    {
        for (var testCase = 0; testCase < _eases.Length; testCase++)
        {
            foreach (var (first, firstWeight) in _scoredOn[testCase])
            {
                var share = firstWeight / _easePrecisions[testCase];
                _abilityPull[first] -= share * _easePull[testCase];
                foreach (var (second, secondWeight) in _scoredOn[testCase])
                {
                    _precision[(first * _count) + second] -= share * secondWeight;
                }
            }
        }
    }

    private void Move()
    {
        for (var first = 0; first < _count; first++)
        {
            var step = 0.0;
            for (var second = 0; second < _count; second++)
            {
                step += Covariance(first, second) * _abilityPull[second];
            }

            _shared[first] = Math.Clamp(step, -LongestStep, LongestStep);
            _abilities[first] += _shared[first];
        }

        for (var testCase = 0; testCase < _eases.Length; testCase++)
        {
            var pull = _easePull[testCase];
            foreach (var (scored, weight) in _scoredOn[testCase])
            {
                pull -= weight * _shared[scored];
            }

            _eases[testCase] += Math.Clamp(pull / _easePrecisions[testCase], -LongestStep, LongestStep);
        }
    }

    private void UpdateVariances(Residuals residuals)
    {
        var mean = _abilities.Average();
        var all = _covariance.Sum() / ((double)_count * _count);
        var sum = PriorWeight * AbilityVariance;
        for (var index = 0; index < _count; index++)
        {
            sum += ((_abilities[index] - mean) * (_abilities[index] - mean)) + Covariance(index, index) - all;
        }

        _abilityVariance = sum / (PriorWeight + _count - 1);
        var (easeSum, met, fitted) = (PriorWeight * EaseVariance, 0, 0.0);
        for (var testCase = 0; testCase < _eases.Length; testCase++)
        {
            if (_scoredOn[testCase].Count == 0)
            {
                _easeVariances[testCase] = _easeVariance;
                continue;
            }

            var left = 1.0;
            foreach (var (scored, weight) in _scoredOn[testCase])
            {
                var shared = WithEase(scored, testCase);
                left -= shared * weight;
                fitted += weight * (Covariance(scored, scored) + (2 * shared));
            }

            left /= _easePrecisions[testCase];
            _easeVariances[testCase] = left;
            fitted += left * (_easePrecisions[testCase] - (1 / _easeVariance));
            (easeSum, met) = (easeSum + (_eases[testCase] * _eases[testCase]) + left, met + 1);
        }

        _easeVariance = easeSum / (PriorWeight + met);

        // 0 and 1 have no spread but the binomial one. The scores that the fit has used up say nothing of it.
        _spread = residuals.IsBinary
            ? 1
            : Math.Max(LeastSpread, (residuals.Squares + SpreadWeight) / (Math.Max(0, residuals.Count - fitted) + SpreadWeight));
    }

    private readonly record struct Residuals(double Squares, int Count, bool IsBinary);
}
