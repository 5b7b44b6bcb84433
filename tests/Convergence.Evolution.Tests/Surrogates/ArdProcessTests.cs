using Convergence.Evolution.Randomness;
using Convergence.Evolution.Surrogates;

namespace Convergence.Evolution.Tests.Surrogates;

internal sealed class ArdProcessTests
{
    private static readonly bool[] Ordered = [true, true, false];

    [Test]
    public void Predict_AtKnownPoints_IsTheirValueAndSureOfIt()
    {
        var (points, values) = Data(40);
        var process = new ArdProcess(points, values, Ordered, Learnt(points, values));
        var scratch = new double[process.PointCount];
        for (var index = 0; index < points.Length; index++)
        {
            var (mean, deviation) = process.Predict(points[index], scratch);
            Assert.That(mean, Is.EqualTo(values[index]).Within(0.05));
            Assert.That(deviation, Is.LessThan(0.1));
        }
    }

    [Test]
    public void Predict_AtNewPoints_IsNearTheFunction()
    {
        var (points, values) = Data(60);
        var process = new ArdProcess(points, values, Ordered, Learnt(points, values));
        var scratch = new double[process.PointCount];
        var (newPoints, newValues) = Data(50, seed: 9);
        var errors = newPoints.Select((point, index) => Math.Abs(process.Predict(point, scratch).Mean - newValues[index]));
        Assert.That(errors.Average(), Is.LessThan(0.15), "the values' mean distance from their mean is about 0.6");
    }

    [Test]
    public void Maximize_OfDataThatOneParameterMakes_GivesItTheShortestScale()
    {
        var (points, values) = Data(60);
        var scales = Learnt(points, values).LogScales;
        Assert.That(scales[0], Is.LessThan(scales[1] - 1), "the second parameter says nothing");
    }

    /// <summary>sin 6x, and half a unit more at the second choice; the second parameter says nothing.</summary>
    private static (double[][] Points, double[] Values) Data(int count, ulong seed = 3)
    {
        var random = new SearchRandom(seed);
        double[][] points = [.. Enumerable.Range(0, count)
            .Select(_ => new[] { random.NextDouble(), random.NextDouble(), random.NextBoolean(0.5) ? 0.25 : 0.75 })];
        return (points, [.. points.Select(point => Math.Sin(6 * point[0]) + (point[2] > 0.5 ? 0.5 : 0))]);
    }

    private static ArdHyperparameters Learnt(double[][] points, double[] values)
    {
        var mean = values.Average();
        return ArdLikelihood.Maximize(points, [.. values.Select(value => value - mean)], Ordered, 40);
    }
}
