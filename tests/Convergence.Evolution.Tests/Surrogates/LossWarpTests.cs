using Convergence.Evolution.Surrogates;

namespace Convergence.Evolution.Tests.Surrogates;

internal sealed class LossWarpTests
{
    [Test]
    public void Standardized_WithAHugeLoss_KeepsTheOrderAndTellsTheGoodApart()
    {
        var warped = LossWarp.Standardized([1, 1.1, 1.3, 2, 5, 1e9]);
        Assert.That(warped, Is.Ordered);
        Assert.That(warped.Average(), Is.Zero.Within(1e-12));
        Assert.That(warped.Average(value => value * value), Is.EqualTo(1).Within(1e-12));
        Assert.That(warped[4] - warped[0], Is.GreaterThan((warped[5] - warped[0]) / 10), "in plain numbers it is one part in 10^8");
    }

    [Test]
    public void Standardized_EqualLosses_AreZero() => Assert.That(LossWarp.Standardized([3, 3, 3]), Is.All.Zero);
}
