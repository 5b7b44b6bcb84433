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
    private readonly CholeskyFactor _factor;

    private GaussianProcess(double[][] points, double mean, double scale, double lengthScale, double[] weights, CholeskyFactor factor) =>
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
        double[] residuals = [.. values.Select(value => value - mean)];
        var squares = SquaredDistances(points);
        GaussianProcess? fitted = null;
        var highest = double.NegativeInfinity;
        foreach (var relative in LengthScales)
        {
            var lengthScale = relative * Math.Sqrt(points[0].Length);
            var kernel = Kernel(squares, points.Length, lengthScale);
            foreach (var noise in Noises)
            {
                var factor = CholeskyFactor.Of(kernel, points.Length, noise);
                var weights = factor.Solve(residuals);

                // Eq. (2.30) with the signal's variance at its maximum, r' K^-1 r / n; constants dropped.
                var variance = residuals.Zip(weights, (residual, weight) => residual * weight).Sum() / points.Length;
                var likelihood = -0.5 * ((points.Length * Math.Log(variance)) + factor.LogDeterminant);
                if (likelihood > highest)
                {
                    highest = likelihood;
                    fitted = new GaussianProcess(points, mean, Math.Sqrt(variance), lengthScale, weights, factor);
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

        // The variance is 1 - |L^-1 k|^2, eq. (2.26).
        _factor.SolveLower(covariances);
        var variance = 1.0;
        foreach (var explained in covariances)
        {
            variance -= explained * explained;
        }

        return (mean, _scale * Math.Sqrt(Math.Max(variance, 0)));
    }

    private static double Matern(double squaredDistance, double lengthScale)
    {
        var scaled = Math.Sqrt(5 * squaredDistance) / lengthScale;
        return (1 + scaled + (scaled * scaled / 3)) * Math.Exp(-scaled);
    }

    /// <summary>The correlations of all pairs, the lower triangle only.</summary>
    private static double[] Kernel(double[] squares, int size, double lengthScale)
    {
        var kernel = new double[squares.Length];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                kernel[(i * size) + j] = Matern(squares[(i * size) + j], lengthScale);
            }
        }

        return kernel;
    }

    /// <summary>Row by row, the lower triangle only.</summary>
    private static double[] SquaredDistances(double[][] points)
    {
        var squares = new double[points.Length * points.Length];
        for (var i = 0; i < points.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                squares[(i * points.Length) + j] = SquaredDistance(points[i], points[j]);
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
