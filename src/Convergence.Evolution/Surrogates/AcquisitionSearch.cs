using Convergence.Evolution.Randomness;
using Convergence.Evolution.Spaces;

namespace Convergence.Evolution.Surrogates;

/// <summary>
/// Finds the point of the unit cube, or of a box in it, that promises the most improvement: draws everywhere and around the best known
/// points, then climbs from the most promising draws by a (1+1) evolution strategy with a fifth rule, which takes numbers, grids, choices
/// and conditions alike. Not thread-safe.
/// </summary>
internal sealed class AcquisitionSearch(SpaceGeometry geometry, ArdProcess process, double best)
{
    private const int DrawCount = 120;
    private const int ClimbCount = 3;
    private const double FirstStep = 0.1;
    private const double Grow = 1.5;

    private readonly double[] _scratch = new double[process.PointCount];

    /// <summary>Steps of a climb.</summary>
    public int StepCount { get; init; } = 60;

    /// <summary>Points in order of promise, the first of each climb.</summary>
    /// <param name="centers">The best known points, best first; at least one.</param>
    /// <param name="box">Where to look.</param>
    /// <param name="random">The draws.</param>
    public IReadOnlyList<double[]> Maximize(double[][] centers, UnitBox box, SearchRandom random)
    {
        var draws = new List<(double[] Point, double Value)>(DrawCount);
        for (var draw = 0; draw < DrawCount; draw++)
        {
            var point = draw % 2 == 0 ? box.Draw(random) : Around(centers[random.Next(centers.Length)], box, random);
            geometry.Normalize(point);
            draws.Add((point, Value(point)));
        }

        return
        [
            .. draws.OrderByDescending(draw => draw.Value).Take(ClimbCount)
                .Select(draw => Climb(draw.Point, draw.Value, box, random))
                .OrderByDescending(climbed => climbed.Value).Select(climbed => climbed.Point),
        ];
    }

    private (double[] Point, double Value) Climb(double[] point, double value, UnitBox box, SearchRandom random)
    {
        var step = FirstStep;
        for (var count = 0; count < StepCount; count++)
        {
            var neighbour = Moved(point, step, box, random);
            geometry.Normalize(neighbour);
            var promise = Value(neighbour);
            if (promise > value)
            {
                (point, value) = (neighbour, promise);
                step = Math.Min(step * Grow, 0.5);
            }
            else
            {
                // One success in five keeps the step: Grow * shrink^4 = 1.
                step = Math.Max(step / Math.Pow(Grow, 0.25), 1e-7);
            }
        }

        return (point, value);
    }

    /// <summary>A draw whose distance from the centre is of any order of magnitude.</summary>
    private double[] Around(double[] center, UnitBox box, SearchRandom random) =>
        Moved(center, Math.Pow(10, -3.5 * random.NextDouble()) * 0.5, box, random);

    private double[] Moved(double[] point, double step, UnitBox box, SearchRandom random)
    {
        var moved = (double[])point.Clone();
        var all = random.NextBoolean(0.5);
        var one = random.Next(point.Length);
        for (var dimension = 0; dimension < moved.Length; dimension++)
        {
            if (!geometry.Ordered[dimension])
            {
                // Another choice now and then; most moves keep it.
                moved[dimension] = random.NextBoolean(0.3 / moved.Length) ? random.NextDouble() : moved[dimension];
            }
            else if (all || dimension == one || random.NextBoolean(0.2))
            {
                moved[dimension] = box.Clamp(dimension, moved[dimension] + (step * Gaussian(random)));
            }
        }

        return moved;
    }

    private double Value(double[] point)
    {
        var (mean, deviation) = process.Predict(point, _scratch);
        return ExpectedImprovement.Log(mean, deviation, best);
    }

    private static double Gaussian(SearchRandom random) => MathNet.Numerics.Distributions.Normal.Sample(random, 0, 1);
}
