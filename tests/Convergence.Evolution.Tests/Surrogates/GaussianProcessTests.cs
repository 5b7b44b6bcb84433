using Convergence.Evolution.Randomness;
using Convergence.Evolution.Surrogates;

namespace Convergence.Evolution.Tests.Surrogates;

internal sealed class GaussianProcessTests
{
    [Test]
    public void Predict_AtKnownPoints_GivesTheirValuesAndLittleDoubt()
    {
        var (points, values) = Bowl(40, 4, 1);
        var process = GaussianProcess.Fit(points, values)!;
        for (var index = 0; index < points.Length; index++)
        {
            var (mean, deviation) = process.Predict(points[index]);
            Assert.That(mean, Is.EqualTo(values[index]).Within(0.01));
            Assert.That(deviation, Is.LessThan(0.05));
        }
    }

    [Test]
    public void Predict_AtNewPointsOfASmoothFunction_BeatsTheMeanByFar()
    {
        var (points, values) = Bowl(80, 6, 2);
        var (newPoints, newValues) = Bowl(200, 6, 3);
        var process = GaussianProcess.Fit(points, values)!;
        var ofModel = newPoints.Zip(newValues, (point, value) => Math.Pow(process.Predict(point).Mean - value, 2)).Average();
        var ofMean = newValues.Average(value => Math.Pow(values.Average() - value, 2));
        Assert.That(ofModel, Is.LessThan(0.1 * ofMean));
    }

    [Test]
    public void Predict_FarAway_FallsBackToTheMeanWithTheSignalsDeviation()
    {
        var (points, values) = Bowl(40, 2, 4);
        var process = GaussianProcess.Fit(points, values)!;
        var (mean, deviation) = process.Predict([1e4, 1e4]);
        Assert.That(mean, Is.EqualTo(values.Average()).Within(1e-9));
        Assert.That(deviation, Is.GreaterThan(process.Predict([0.5, 0.5]).Deviation * 5));
    }

    [Test]
    public void Fit_NoisyValuesAtOnePoint_AveragesThem()
    {
        double[][] points = [[0.2], [0.2], [0.2], [0.8], [0.8], [0.8]];
        var process = GaussianProcess.Fit(points, [1, 1.1, 0.9, 2, 2.1, 1.9])!;
        Assert.That(process.Predict([0.2]).Mean, Is.EqualTo(1).Within(0.05));
        Assert.That(process.Predict([0.8]).Mean, Is.EqualTo(2).Within(0.05));
    }

    [Test]
    public void Fit_NothingToLearn_GivesNoModel()
    {
        Assert.That(GaussianProcess.Fit([[0.1], [0.2]], [1, 2]), Is.Null);
        Assert.That(GaussianProcess.Fit([[0.1], [0.2], [0.3]], [1, 1, 1]), Is.Null);
        Assert.That(GaussianProcess.Fit([[], [], []], [1, 2, 3]), Is.Null);
    }

    [Test]
    public void Fit_PointsOfUnequalLength_IsRefused() =>
        Assert.That(() => GaussianProcess.Fit([[0.1], [0.2, 0.3], [0.4]], [1, 2, 3]), Throws.ArgumentException);

    private static (double[][] Points, double[] Values) Bowl(int count, int dimensions, ulong seed)
    {
        var random = new SearchRandom(seed);
        double[][] points =
            [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, dimensions).Select(_ => random.NextDouble()).ToArray())];
        return (points, [.. points.Select(point => point.Sum(x => (x - 0.6) * (x - 0.6)))]);
    }
}
