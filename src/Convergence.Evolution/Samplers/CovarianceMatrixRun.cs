using Convergence.Evolution.Spaces;
using Convergence.Evolution.Surrogates;
using MathNet.Numerics.Distributions;

namespace Convergence.Evolution.Samplers;

/// <summary>
/// One run of CMA-ES, from its start until it ends. Equations are those of Hansen's tutorial, arXiv:1604.00772. The square root of the
/// covariance is its Cholesky factor (Krause, Arbones and Igel, "CMA-ES with optimal covariance update and storage complexity", 2016).
/// </summary>
internal sealed class CovarianceMatrixRun
{
    private const double FirstDeviation = 0.2;
    private const double LeastDeviation = 1e-7;

    private readonly SpaceGeometry _geometry;
    private readonly CovarianceMatrixRates _rates;
    private readonly List<(double[] Point, double Loss)> _generation = [];
    private readonly double[] _mean;
    private readonly double[] _covariance;
    private readonly double[] _stepPath;
    private readonly double[] _covariancePath;
    private readonly double[] _leastDeviations;
    private CholeskyFactor _factor;
    private double _deviation = FirstDeviation;
    private int _generationCount;
    private int _lastGain;

    /// <param name="geometry">The cube.</param>
    /// <param name="start">The first mean.</param>
    /// <param name="doublings">How often the population is doubled.</param>
    public CovarianceMatrixRun(SpaceGeometry geometry, double[] start, int doublings)
    {
        (_geometry, _mean) = (geometry, (double[])start.Clone());
        var n = start.Length;
        _rates = new CovarianceMatrixRates(n, Math.Min(doublings, 6));
        (_stepPath, _covariancePath) = (new double[n], new double[n]);
        _covariance = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            _covariance[(i * n) + i] = 1;
        }

        _factor = CholeskyFactor.Of(_covariance, n, 0);

        // Margin: another value than the mean's is drawn at least once in a few generations.
        var quantile = Normal.InvCDF(0, 1, 1 - (1.0 / (2 * n * _rates.PopulationSize)));
        _leastDeviations = [.. Enumerable.Range(0, n).Select(dimension => geometry.ShareOf(dimension) / 2 / quantile)];
    }

    public int DimensionCount => _mean.Length;

    /// <summary>The lowest loss told to this run.</summary>
    public double BestLoss { get; private set; } = double.PositiveInfinity;

    /// <summary>Eq. (5): mean + deviation * A z; it may lie outside the cube.</summary>
    public double[] PointOf(ReadOnlySpan<double> normals)
    {
        var point = _factor.MultiplyLower(normals);
        for (var dimension = 0; dimension < point.Length; dimension++)
        {
            // What a grid needs beyond the distribution's own deviation comes on top.
            var own = _deviation * Math.Sqrt(_covariance[dimension * (point.Length + 1)]);
            var widened = own < _leastDeviations[dimension] ? _leastDeviations[dimension] / own : 1;
            point[dimension] = _mean[dimension] + (_deviation * widened * point[dimension]);
        }

        return point;
    }

    /// <summary>Takes in an outcome.</summary>
    /// <returns>Whether the run goes on.</returns>
    public bool Tell(double[] point, double loss)
    {
        _generation.Add((point, loss));
        if (loss < BestLoss)
        {
            (BestLoss, _lastGain) = (loss, _generationCount);
        }

        if (_generation.Count < _rates.PopulationSize)
        {
            return true;
        }

        try
        {
            Update([.. _generation.OrderBy(member => member.Loss).Take(_rates.Weights.Length).Select(member => member.Point)]);
        }
        catch (ArgumentException)
        {
            // The covariance has lost its rank: there is nothing left to draw from.
            return false;
        }

        _generation.Clear();
        return _generationCount - _lastGain <= 10 + (30 * DimensionCount / _rates.PopulationSize) && LargestDeviation() > LeastDeviation;
    }

    private void Update(double[][] best)
    {
        _generationCount++;
        var n = DimensionCount;
        double[][] steps = [.. best.Select(Step)];
        var mean = new double[n];
        for (var member = 0; member < steps.Length; member++)
        {
            for (var i = 0; i < n; i++)
            {
                mean[i] += _rates.Weights[member] * steps[member][i];
            }
        }

        for (var i = 0; i < n; i++)
        {
            _mean[i] = Math.Clamp(_mean[i] + (_deviation * mean[i]), 0, 1); // Eq. (9), c_m = 1
        }

        var whitened = (double[])mean.Clone();
        _factor.SolveLower(whitened);
        var length = 0.0;
        for (var i = 0; i < n; i++)
        {
            _stepPath[i] = ((1 - _rates.StepPath) * _stepPath[i]) // Eq. (43)
                + (Math.Sqrt(_rates.StepPath * (2 - _rates.StepPath) * _rates.EffectiveCount) * whitened[i]);
            length += _stepPath[i] * _stepPath[i];
        }

        length = Math.Sqrt(length);
        var started = Math.Sqrt(1 - Math.Pow(1 - _rates.StepPath, 2 * _generationCount));
        var stalled = length / started >= (1.4 + (2.0 / (n + 1))) * _rates.ExpectedLength;
        UpdateCovariance(steps, mean, stalled);
        _deviation *= Math.Exp(Math.Min(1, _rates.StepPath / _rates.Damping * ((length / _rates.ExpectedLength) - 1))); // Eq. (44)
        _deviation = Math.Min(_deviation, 0.5);
        _factor = CholeskyFactor.Of(_covariance, n, 1e-14);
    }

    private void UpdateCovariance(double[][] steps, double[] mean, bool stalled)
    {
        var n = DimensionCount;
        var gain = stalled ? 0 : Math.Sqrt(_rates.CovariancePath * (2 - _rates.CovariancePath) * _rates.EffectiveCount);
        for (var i = 0; i < n; i++)
        {
            _covariancePath[i] = ((1 - _rates.CovariancePath) * _covariancePath[i]) + (gain * mean[i]); // Eq. (45)
        }

        // Eq. (47); where the path stalls the missing variance is made up for.
        var made = stalled ? _rates.RankOne * _rates.CovariancePath * (2 - _rates.CovariancePath) : 0;
        var kept = 1 - _rates.RankOne - _rates.RankMu + made;
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var rankMu = 0.0;
                for (var member = 0; member < steps.Length; member++)
                {
                    rankMu += _rates.Weights[member] * steps[member][i] * steps[member][j];
                }

                var updated = (kept * _covariance[(i * n) + j])
                    + (_rates.RankOne * _covariancePath[i] * _covariancePath[j]) + (_rates.RankMu * rankMu);
                (_covariance[(i * n) + j], _covariance[(j * n) + i]) = (updated, updated);
            }
        }
    }

    /// <summary>(x - mean) / deviation, no longer than a drawn step is likely to be: an injected point may lie anywhere.</summary>
    private double[] Step(double[] point)
    {
        double[] step = [.. point.Zip(_mean, (place, mean) => (place - mean) / _deviation)];
        var whitened = (double[])step.Clone();
        _factor.SolveLower(whitened);
        var length = Math.Sqrt(whitened.Sum(part => part * part));
        var limit = Math.Sqrt(DimensionCount) + (2.0 * DimensionCount / (DimensionCount + 2));
        return length <= limit ? step : [.. step.Select(part => part * limit / length)];
    }

    private double LargestDeviation() =>
        _deviation * Math.Sqrt(Enumerable.Range(0, DimensionCount).Max(dimension => _covariance[dimension * (DimensionCount + 1)]));
}
