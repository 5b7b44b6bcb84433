using Convergence.Evolution.Randomness;
using Convergence.Evolution.Spaces;
using MathNet.Numerics.Distributions;

namespace Convergence.Evolution.Surrogates;

/// <summary>
/// A density over the unit cube: a kernel around each point, and the uniform density as one more. A kernel is a product over the
/// parameters: a truncated normal for ordered ones, Aitchison and Aitken's for choices ("Multivariate binary discrimination by the kernel
/// method", 1976), uniform where the point lacks the parameter. Immutable.
/// </summary>
internal sealed class ParzenDensity
{
    /// <summary>The deviation of a kernel around a single point.</summary>
    private const double WidestDeviation = 0.2;

    /// <summary>What a choice's kernel gives to all other choices together when there is a single point.</summary>
    private const double WidestChange = 0.5;

    private const double LogRootTwoPi = 0.9189385332046727;

    private readonly SpaceGeometry _geometry;
    private readonly double[][] _points;
    private readonly double[] _deviations;
    private readonly double _change;
    private readonly double[]?[] _logMasses;

    /// <param name="geometry">The cube.</param>
    /// <param name="points">The points; NaN where a parameter does not count. There may be none.</param>
    public ParzenDensity(SpaceGeometry geometry, double[][] points)
    {
        (_geometry, _points) = (geometry, points);

        // Scott's rule; no narrower than half of a value's share, which its neighbours could not be told from otherwise. The points' own
        // spread is left out: it narrows the search on its first luck.
        var shrink = Math.Pow(Math.Max(points.Length, 1), -1.0 / (geometry.DimensionCount + 4));
        _deviations =
        [
            .. Enumerable.Range(0, geometry.DimensionCount).Select(dimension =>
                Math.Max(WidestDeviation * shrink, geometry.ShareOf(dimension) / 2)),
        ];
        _change = WidestChange * shrink / (1 + (0.2 * points.Length));
        _logMasses = [.. points.Select(point => LogMasses(point))];
    }

    /// <summary>A point from a kernel; coordinates without a value in it are uniform.</summary>
    public double[] Draw(SearchRandom random)
    {
        var drawn = new double[_geometry.DimensionCount];
        var kernel = random.Next(_points.Length + 1);
        for (var dimension = 0; dimension < drawn.Length; dimension++)
        {
            var center = kernel < _points.Length ? _points[kernel][dimension] : double.NaN;
            drawn[dimension] = double.IsNaN(center) ? random.NextDouble() : Near(center, dimension, random);
        }

        return drawn;
    }

    /// <summary>The logarithm of the density at a point; NaN where a parameter does not count.</summary>
    public double LogDensity(double[] point)
    {
        // The uniform density has logarithm 0.
        var (highest, sum) = (0.0, 1.0);
        for (var kernel = 0; kernel < _points.Length; kernel++)
        {
            var log = LogKernel(kernel, point);
            if (log > highest)
            {
                (highest, sum) = (log, (sum * Math.Exp(highest - log)) + 1);
            }
            else
            {
                sum += Math.Exp(log - highest);
            }
        }

        return highest + Math.Log(sum) - Math.Log(_points.Length + 1);
    }

    private double LogKernel(int kernel, double[] point)
    {
        var (center, masses, log) = (_points[kernel], _logMasses[kernel]!, 0.0);
        for (var dimension = 0; dimension < point.Length; dimension++)
        {
            if (double.IsNaN(center[dimension]) || double.IsNaN(point[dimension]))
            {
                continue;
            }

            if (_geometry.Ordered[dimension])
            {
                var scaled = (point[dimension] - center[dimension]) / _deviations[dimension];
                log -= (0.5 * scaled * scaled) + masses[dimension];
            }
            else
            {
                var share = _geometry.ShareOf(dimension);
                log += Math.Log((point[dimension] == center[dimension] ? 1 - (_change * (1 - share)) : _change * share) / share);
            }
        }

        return log;
    }

    private double Near(double center, int dimension, SearchRandom random)
    {
        if (!_geometry.Ordered[dimension])
        {
            return random.NextBoolean(_change) ? random.NextDouble() : center;
        }

        var deviation = _deviations[dimension];
        var (low, high) = (Normal.CDF(center, deviation, 0), Normal.CDF(center, deviation, 1));
        return Math.Clamp(Normal.InvCDF(center, deviation, double.Lerp(low, high, random.NextDouble())), 0, 1);
    }

    /// <summary>ln of each truncated normal's constant: its mass in [0, 1], its deviation, the root of 2 pi.</summary>
    private double[] LogMasses(double[] point)
    {
        var masses = new double[point.Length];
        for (var dimension = 0; dimension < masses.Length; dimension++)
        {
            if (_geometry.Ordered[dimension] && !double.IsNaN(point[dimension]))
            {
                var deviation = _deviations[dimension];
                masses[dimension] = Math.Log(Normal.CDF(point[dimension], deviation, 1) - Normal.CDF(point[dimension], deviation, 0))
                    + Math.Log(deviation) + LogRootTwoPi;
            }
        }

        return masses;
    }
}
