using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Convergence.Evolution.Surrogates;

/// <summary>
/// The hyperparameters of a process with the highest posterior density, given values at points: the profile marginal likelihood
/// (Rasmussen and Williams, "Gaussian processes for machine learning", 2006, eq. (5.8) and (5.9), the signal's variance maximised in
/// closed form) times log-normal priors, climbed by iRprop- (Igel and Huesken, "Improving the Rprop learning algorithm", 2000). It is
/// climbed from one fixed start, so that the result depends on nothing but the data.
/// </summary>
internal sealed class ArdLikelihood
{
    private const int ManyParameters = 10;
    private const double ScaleDeviation = 1.0;
    private const double NoiseMean = -9.2;
    private const double NoiseDeviation = 2.5;
    private const double LowestScale = -4.6;
    private const double HighestScale = 4.6;
    private const double LowestNoise = -13.8;
    private const double HighestNoise = 0;

    private readonly double[] _residuals;
    private readonly double _scaleMean;
    private readonly int _count;
    private readonly double[] _kernel;

    // Of each pair of points, the pairs of a later point following those of an earlier one.
    private readonly double[] _slopes;
    private readonly double[] _distances;

    // The squares along each coordinate, twice: a run of pairs for each coordinate, and a run of coordinates for each pair.
    private readonly double[][] _squares;
    private readonly Vector256<double>[] _squaresOfPairs;

    private ArdLikelihood(double[][] points, double[] residuals, ReadOnlySpan<bool> ordered)
    {
        (_residuals, _count) = (residuals, points.Length);
        var pairCount = _count * (_count - 1) / 2;
        _squares = new double[ordered.Length][];
        _squaresOfPairs = new Vector256<double>[pairCount * VectorCount(ordered.Length)];
        for (var dimension = 0; dimension < ordered.Length; dimension++)
        {
            _squares[dimension] = Squares(points, dimension, ordered[dimension]);
            Spread(_squares[dimension], dimension);
        }

        // Distances grow with the root of the dimension: so do the scales expected.
        _scaleMean = Math.Log(0.35 * Math.Sqrt(ordered.Length));
        _kernel = new double[_count * _count];
        (_slopes, _distances) = (new double[pairCount], new double[pairCount]);
    }

    /// <param name="points">Points of the unit cube, at least two.</param>
    /// <param name="residuals">A value for each, of mean 0, not all 0.</param>
    /// <param name="ordered">Whether a coordinate is ordered.</param>
    /// <param name="stepCount">Steps of the climb; half as many are made where there are many parameters, as each is dear.</param>
    public static ArdHyperparameters Maximize(double[][] points, double[] residuals, ReadOnlySpan<bool> ordered, int stepCount)
    {
        stepCount = ordered.Length > ManyParameters ? stepCount / 2 : stepCount;
        var likelihood = new ArdLikelihood(points, residuals, ordered);
        var place = new double[ordered.Length + 1];
        Array.Fill(place, likelihood._scaleMean);
        place[^1] = NoiseMean;
        var best = (double[])place.Clone();
        var highest = double.NegativeInfinity;
        var (gradient, before) = (new double[place.Length], new double[place.Length]);
        var steps = new double[place.Length];
        Array.Fill(steps, 0.3);
        for (var step = 0; step < stepCount; step++)
        {
            var value = likelihood.Evaluate(place, gradient);
            if (value > highest)
            {
                (highest, best) = (value, (double[])place.Clone());
            }

            Step(place, gradient, before, steps);
        }

        return new ArdHyperparameters(best[..^1], best[^1]);
    }

    private static void Step(double[] place, double[] gradient, double[] before, double[] steps)
    {
        for (var index = 0; index < place.Length; index++)
        {
            var agreement = gradient[index] * before[index];
            steps[index] = agreement > 0 ? Math.Min(steps[index] * 1.2, 1) : agreement < 0 ? steps[index] * 0.5 : steps[index];

            // Where the sign turned the gradient is forgotten for one step.
            before[index] = agreement < 0 ? 0 : gradient[index];
            var (lowest, highest) = index == place.Length - 1 ? (LowestNoise, HighestNoise) : (LowestScale, HighestScale);
            place[index] = Math.Clamp(place[index] + (Math.Sign(before[index]) * steps[index]), lowest, highest);
        }
    }

    /// <summary>The log density, up to a constant, and its gradient.</summary>
    private double Evaluate(double[] place, double[] gradient)
    {
        var noise = Math.Exp(place[^1]);
        Span<double> weights = stackalloc double[_squares.Length];
        for (var dimension = 0; dimension < weights.Length; dimension++)
        {
            weights[dimension] = Math.Exp(-2 * place[dimension]);
        }

        FillKernel(weights);
        var factor = CholeskyFactor.Of(_kernel, _count, noise + ArdProcess.Jitter);
        var alpha = factor.Solve(_residuals);
        var inverse = factor.Inverse();
        var variance = _residuals.Zip(alpha, (residual, weight) => residual * weight).Sum() / _count;
        Differentiate(alpha, inverse, variance, weights, noise, gradient);
        var density = -0.5 * ((_count * Math.Log(variance)) + factor.LogDeterminant);
        for (var index = 0; index < place.Length; index++)
        {
            var (mean, deviation) = index == place.Length - 1 ? (NoiseMean, NoiseDeviation) : (_scaleMean, ScaleDeviation);
            var distance = (place[index] - mean) / deviation;
            density -= 0.5 * distance * distance;
            gradient[index] -= distance / deviation;
        }

        return density;
    }

    /// <summary>Correlations and their slopes along the squared distance, times -2; the lower triangles.</summary>
    private void FillKernel(ReadOnlySpan<double> weights)
    {
        Array.Clear(_distances);
        for (var dimension = 0; dimension < weights.Length; dimension++)
        {
            WeightedSquares.Add(_squares[dimension], weights[dimension], _distances);
        }

        var pair = 0;
        for (var i = 0; i < _count; i++)
        {
            for (var j = 0; j < i; j++, pair++)
            {
                (_kernel[(i * _count) + j], _slopes[pair]) = ArdProcess.Matern(_distances[pair]);
            }

            _kernel[(i * _count) + i] = 1;
        }
    }

    // dL/dtheta = ((alpha' dK alpha) / variance - tr(K^-1 dK)) / 2, eq. (5.9); both triangles make up for the half.
    private void Differentiate(
        double[] alpha, double[] inverse, double variance, ReadOnlySpan<double> weights, double noise, double[] gradient)
    {
        var vectorCount = VectorCount(weights.Length);
        Span<Vector256<double>> factors = stackalloc Vector256<double>[vectorCount];
        Span<Vector256<double>> sums = stackalloc Vector256<double>[vectorCount];
        weights.CopyTo(MemoryMarshal.Cast<Vector256<double>, double>(factors));
        var (pair, slope) = (0, 0.0);
        for (var i = 0; i < _count; i++)
        {
            for (var j = 0; j < i; j++, pair++)
            {
                var share = ((alpha[i] * alpha[j] / variance) - inverse[(i * _count) + j]) * _slopes[pair];
                WeightedSquares.Add(_squaresOfPairs.AsSpan(pair * vectorCount, vectorCount), factors, share, sums);
            }

            slope += 0.5 * noise * ((alpha[i] * alpha[i] / variance) - inverse[(i * _count) + i]);
        }

        MemoryMarshal.Cast<Vector256<double>, double>(sums)[..weights.Length].CopyTo(gradient);
        gradient[^1] = slope;
    }

    private static int VectorCount(int dimensionCount) => (dimensionCount + Vector256<double>.Count - 1) / Vector256<double>.Count;

    private void Spread(double[] squares, int dimension)
    {
        var room = MemoryMarshal.Cast<Vector256<double>, double>(_squaresOfPairs.AsSpan());
        var stride = squares.Length == 0 ? 0 : room.Length / squares.Length;
        for (var pair = 0; pair < squares.Length; pair++)
        {
            room[(pair * stride) + dimension] = squares[pair];
        }
    }

    private static double[] Squares(double[][] points, int dimension, bool ordered)
    {
        var squares = new double[points.Length * (points.Length - 1) / 2];
        var pair = 0;
        for (var i = 0; i < points.Length; i++)
        {
            for (var j = 0; j < i; j++, pair++)
            {
                squares[pair] = ArdProcess.Square(points[i][dimension], points[j][dimension], ordered);
            }
        }

        return squares;
    }
}
