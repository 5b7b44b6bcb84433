using MathNet.Numerics.LinearAlgebra;

namespace Convergence.Evolution.Surrogates;

/// <summary>
/// Gaussian process regression (Rasmussen and Williams, "Gaussian processes for machine learning", 2006) with a constant mean and an
/// isotropic Matern 5/2 kernel. The length scale and the noise are those of a small grid with the highest marginal likelihood, the
/// signal's variance is integrated in closed form. Immutable.
/// </summary>
public sealed class GaussianProcess
{
    /// <summary>Length scales tried, as multiples of the root of the number of inputs.</summary>
    private static readonly double[] LengthScales = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2];

    /// <summary>Noise variances tried, as shares of the signal's variance.</summary>
    private static readonly double[] Noises = [1e-6, 1e-2];

    /// <summary>Covariances that fit on the stack: 2 KiB.</summary>
    private const int StackLimit = 256;

    private readonly double[][] _points;
    private readonly double _mean;
    private readonly double _scale;
    private readonly double _lengthScale;
    private readonly double[] _weights;
    private readonly double[] _factor;

    private GaussianProcess(double[][] points, double mean, double scale, double lengthScale, double[] weights, double[] factor) =>
        (_points, _mean, _scale, _lengthScale, _weights, _factor) = (points, mean, scale, lengthScale, weights, factor);

    /// <summary>
    /// The process given <paramref name="values"/> at <paramref name="points"/>, or <see langword="null"/> when they say nothing:
    /// fewer than three, none with an input, or all values equal.
    /// </summary>
    /// <param name="points">Equally long inputs, normalised to [0, 1].</param>
    /// <param name="values">A finite value for each.</param>
    public static GaussianProcess? Fit(double[][] points, double[] values)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(values);
        if (points.Length != values.Length || points.Any(point => point.Length != points[0].Length))
        {
            throw new ArgumentException("Every point has one value, and all have equally many inputs.", nameof(points));
        }

        if (points.Length < 3 || points[0].Length == 0 || values.Min() == values.Max())
        {
            return null;
        }

        var mean = values.Average();
        var residuals = Vector<double>.Build.DenseOfEnumerable(values.Select(value => value - mean));
        var squares = SquaredDistances(points);
        GaussianProcess? fitted = null;
        var highest = double.NegativeInfinity;
        foreach (var relative in LengthScales)
        {
            var lengthScale = relative * Math.Sqrt(points[0].Length);
            var kernel = Matrix<double>.Build.Dense(points.Length, points.Length, (i, j) => Matern(squares[i, j], lengthScale));
            foreach (var noise in Noises)
            {
                var cholesky = (kernel + (noise * Matrix<double>.Build.DenseIdentity(points.Length))).Cholesky();
                var weights = cholesky.Solve(residuals);

                // Eq. (2.30) with the signal's variance at its maximum, r' K^-1 r / n; constants dropped.
                var variance = residuals.DotProduct(weights) / points.Length;
                var likelihood = -0.5 * ((points.Length * Math.Log(variance)) + cholesky.DeterminantLn);
                if (likelihood > highest)
                {
                    highest = likelihood;
                    fitted = new GaussianProcess(
                        points, mean, Math.Sqrt(variance), lengthScale, weights.ToArray(), cholesky.Factor.ToRowMajorArray());
                }
            }
        }

        return fitted;
    }

    /// <summary>The distance over which values are alike, in the unit of the inputs.</summary>
    public double LengthScale => _lengthScale;

    /// <summary>The expected value at a point, and the standard deviation around it.</summary>
    public (double Mean, double Deviation) Predict(ReadOnlySpan<double> point)
    {
        var count = _points.Length;
        Span<double> covariances = count <= StackLimit ? stackalloc double[count] : new double[count];
        var mean = _mean;
        for (var i = 0; i < count; i++)
        {
            covariances[i] = Matern(SquaredDistance(_points[i], point), _lengthScale);
            mean += covariances[i] * _weights[i];
        }

        // Forward substitution: the variance is 1 - |L^-1 k|^2, eq. (2.26).
        var variance = 1.0;
        for (var i = 0; i < count; i++)
        {
            var row = _factor.AsSpan(i * count, i + 1);
            var sum = covariances[i];
            for (var j = 0; j < i; j++)
            {
                sum -= row[j] * covariances[j];
            }

            covariances[i] = sum / row[i];
            variance -= covariances[i] * covariances[i];
        }

        return (mean, _scale * Math.Sqrt(Math.Max(variance, 0)));
    }

    private static double Matern(double squaredDistance, double lengthScale)
    {
        var scaled = Math.Sqrt(5 * squaredDistance) / lengthScale;
        return (1 + scaled + (scaled * scaled / 3)) * Math.Exp(-scaled);
    }

    private static double[,] SquaredDistances(double[][] points)
    {
        var squares = new double[points.Length, points.Length];
        for (var i = 0; i < points.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                squares[i, j] = squares[j, i] = SquaredDistance(points[i], points[j]);
            }
        }

        return squares;
    }

    private static double SquaredDistance(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        var sum = 0.0;
        for (var index = 0; index < first.Length; index++)
        {
            var difference = first[index] - second[index];
            sum += difference * difference;
        }

        return sum;
    }
}
