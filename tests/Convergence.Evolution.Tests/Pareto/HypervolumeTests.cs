using Convergence.Evolution.Pareto;
using Convergence.Evolution.Randomness;

namespace Convergence.Evolution.Tests.Pareto;

internal sealed class HypervolumeTests
{
    [Test]
    public void Of_KnownFronts_IsTheirArea()
    {
        Assert.That(Hypervolume.Of([[1, 3], [2, 2], [3, 1]], [4, 4]), Is.EqualTo(6));
        Assert.That(Hypervolume.Of([[1, 3], [1, 3], [5, 0]], [4, 4]), Is.EqualTo(3), "twice the same, and one that beats nothing");
        Assert.That(Hypervolume.Of([[0, 0, 0]], [2, 3, 4]), Is.EqualTo(24));
        Assert.That(Hypervolume.Of([], [1, 1]), Is.Zero);
        Assert.That(() => Hypervolume.Of([[1]], [1, 1]), Throws.ArgumentException);
    }

    [Test]
    public void Of_RandomFronts_IsTheShareOfRandomPointsThatTheyBeat([Values(2, 3, 4)] int count)
    {
        var random = new SearchRandom((ulong)count);
        double[] Draw() => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble())];
        var members = Enumerable.Range(0, 12).Select(_ => Draw()).ToArray();
        const int Points = 20_000;
        var beaten = Enumerable.Range(0, Points)
            .Select(_ => Draw())
            .Count(point => members.Any(member => ParetoFront.NoWorse(member, point)));
        Assert.That(Hypervolume.Of(members, [.. Enumerable.Repeat(1.0, count)]), Is.EqualTo((double)beaten / Points).Within(0.015));
    }
}
