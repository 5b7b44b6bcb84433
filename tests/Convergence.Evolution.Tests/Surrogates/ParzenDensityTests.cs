using Convergence.Evolution.Randomness;
using Convergence.Evolution.Spaces;
using Convergence.Evolution.Surrogates;

namespace Convergence.Evolution.Tests.Surrogates;

internal sealed class ParzenDensityTests
{
    private static readonly SpaceGeometry Geometry =
        new(new SearchSpace([new FloatParameter("x", 0, 1), new CategoricalParameter("c", ["a", "b", "c", "d"])]));

    [Test]
    public void LogDensity_OverTheWholeCube_IntegratesToOne([Values(0, 1, 9)] int count)
    {
        var density = new ParzenDensity(Geometry, Points(count));
        const int Steps = 2000;
        var mass = Enumerable.Range(0, 4).Sum(choice => Enumerable.Range(0, Steps).Sum(step =>
            Math.Exp(density.LogDensity([(step + 0.5) / Steps, (choice + 0.5) / 4])))) / (4 * Steps);
        Assert.That(mass, Is.EqualTo(1).Within(1e-3));
    }

    [Test]
    public void Draw_ManyTimes_FollowsTheDensity()
    {
        var density = new ParzenDensity(Geometry, Points(3));
        var random = new SearchRandom(2);
        const int Draws = 40_000;
        var low = Enumerable.Range(0, Draws).Select(_ => density.Draw(random)).Count(point => point[0] < 0.2);
        var expected = Enumerable.Range(0, 4).Sum(choice => Enumerable.Range(0, 400).Sum(step =>
            Math.Exp(density.LogDensity([(step + 0.5) / 2000, (choice + 0.5) / 4])))) / (4 * 2000);
        Assert.That((double)low / Draws, Is.EqualTo(expected).Within(0.01));
    }

    private static double[][] Points(int count)
    {
        var random = new SearchRandom(1);
        return [.. Enumerable.Range(0, count).Select(index => new[] { random.NextDouble() * 0.3, ((index % 4) + 0.5) / 4 })];
    }
}
