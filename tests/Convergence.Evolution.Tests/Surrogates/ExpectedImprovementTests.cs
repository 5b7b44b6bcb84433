using Convergence.Evolution.Surrogates;
using MathNet.Numerics.Distributions;
using MathNet.Numerics.Integration;

namespace Convergence.Evolution.Tests.Surrogates;

internal sealed class ExpectedImprovementTests
{
    [TestCase(0.3, 1.0, 0.5)]
    [TestCase(2.0, 0.5, 0.5)]
    [TestCase(-4.0, 0.1, 0.5)]
    [TestCase(4.0, 1.0, 0.0)]
    public void Log_AnyNormal_IsTheIntegral(double mean, double deviation, double best)
    {
        var low = Math.Min(best, mean - (12 * deviation));
        var integral = GaussLegendreRule.Integrate(loss => (best - loss) * Normal.PDF(mean, deviation, loss), low, best, 512);
        Assert.That(ExpectedImprovement.Log(mean, deviation, best), Is.EqualTo(Math.Log(integral)).Within(1e-6));
    }

    [Test]
    public void Log_DeepInTheTail_StaysFiniteAndOrdered()
    {
        var values = Enumerable.Range(4, 60).Select(deviations => ExpectedImprovement.Log(deviations, 1, 0)).ToArray();
        Assert.That(values, Is.All.Matches<double>(double.IsFinite));
        Assert.That(values, Is.Ordered.Descending);
    }
}
