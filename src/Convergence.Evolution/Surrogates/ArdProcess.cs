namespace Convergence.Evolution.Surrogates;

/// <summary>
/// Gaussian process regression over the unit cube with a Matern 5/2 kernel that has a length scale for each parameter (automatic
/// relevance determination; Rasmussen and Williams, "Gaussian processes for machine learning", 2006, chapters 2 and 5). Two choices of an
/// unordered parameter are at distance 1, so that what holds for one choice holds for the others as far as the data say. Immutable.
/// </summary>
internal sealed class ArdProcess
{
    /// <summary>What is added to the diagonal beside the noise, for the factor's sake.</summary>
    public const double Jitter = 1e-8;

    private readonly double[][] _columns;
    private readonly bool[] _ordered;
    private readonly double[] _weights;
    private readonly double _mean;
    private readonly double _deviation;
    private readonly double[] _alpha;
    private readonly CholeskyFactor _factor;

    /// <param name="points">Points of the unit cube.</param>
    /// <param name="values">A value for each.</param>
    /// <param name="ordered">Whether a coordinate is ordered.</param>
    /// <param name="hyperparameters">Scales and noise.</param>
    public ArdProcess(double[][] points, double[] values, bool[] ordered, ArdHyperparameters hyperparameters)
    {
        (_columns, _ordered, PointCount) = (WeightedSquares.Columns(points, ordered.Length), ordered, points.Length);
        _weights = [.. hyperparameters.LogScales.Select(scale => Math.Exp(-2 * scale))];
        _mean = values.Average();
        double[] residuals = [.. values.Select(value => value - _mean)];
        var kernel = new double[points.Length * points.Length];
        for (var i = 0; i < points.Length; i++)
        {
            Correlate(points[i], kernel.AsSpan(i * points.Length, i + 1));
        }

        _factor = CholeskyFactor.Of(kernel, points.Length, Math.Exp(hyperparameters.LogNoise) + Jitter);
        _alpha = _factor.Solve(residuals);
        _deviation = Math.Sqrt(Math.Max(residuals.Zip(_alpha, (residual, weight) => residual * weight).Sum() / points.Length, 1e-300));
    }

    /// <summary>How many points it knows.</summary>
    public int PointCount { get; }

    /// <summary>The expected value at a point, and the standard deviation around it.</summary>
    /// <param name="point">A point of the unit cube.</param>
    /// <param name="scratch">Room for as many numbers as the process has points; overwritten.</param>
    public (double Mean, double Deviation) Predict(ReadOnlySpan<double> point, Span<double> scratch)
    {
        Correlate(point, scratch);
        var mean = _mean;
        for (var i = 0; i < PointCount; i++)
        {
            mean += scratch[i] * _alpha[i];
        }

        _factor.SolveLower(scratch);
        var variance = 1.0;
        foreach (var explained in scratch)
        {
            variance -= explained * explained;
        }

        return (mean, _deviation * Math.Sqrt(Math.Max(variance, 1e-12)));
    }

    /// <summary>The correlation at a squared distance, and -2 times its derivative there.</summary>
    public static (double Value, double Slope) Matern(double square)
    {
        var scaled = Math.Sqrt(5 * square);
        var decay = Math.Exp(-scaled);
        return ((1 + scaled + (scaled * scaled / 3)) * decay, 5.0 / 3 * (1 + scaled) * decay);
    }

    /// <summary>The squared distance along one coordinate.</summary>
    public static double Square(double first, double second, bool ordered) =>
        ordered ? (first - second) * (first - second) : first == second ? 0 : 1;

    /// <summary>The correlations of a point with the first of those known, as many as there is room for.</summary>
    private void Correlate(ReadOnlySpan<double> point, Span<double> correlations)
    {
        WeightedSquares.Distances(_columns, point, _weights, _ordered, correlations);
        foreach (ref var correlation in correlations)
        {
            correlation = Matern(correlation).Value;
        }
    }
}
