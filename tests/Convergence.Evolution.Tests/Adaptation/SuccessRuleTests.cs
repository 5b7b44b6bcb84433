using Convergence.Evolution.Adaptation;

namespace Convergence.Evolution.Tests.Adaptation;

internal sealed class SuccessRuleTests
{
    [Test]
    public void Adapt_RateOfSuccess_MovesTheStepItsWay()
    {
        Assert.That(SuccessRule.Adapt(0.05, 1, 5, 0.05), Is.EqualTo(0.05).Within(1e-15), "a fifth");
        Assert.That(SuccessRule.Adapt(0.05, 0, 5, 0.05), Is.EqualTo(0.05 * Math.Exp(-0.25)).Within(1e-15));
        Assert.That(SuccessRule.Adapt(0.05, 5, 5, 0.05), Is.EqualTo(0.05 * Math.E).Within(1e-15));
        Assert.That(SuccessRule.Adapt(0.07, 0, 0, 0.05), Is.EqualTo(0.07), "no children, no lesson");
    }

    [TestCase(0.05, 0.05 / 16, 0.4)]
    [TestCase(0.2, 0.2 / 16, 0.5)]
    [TestCase(0.8, 0.8 / 16, 0.8)]
    public void Adapt_AgainAndAgain_StaysWithinItsBounds(double initial, double lowest, double highest)
    {
        var (down, up) = (initial, initial);
        for (var generation = 0; generation < 100; generation++)
        {
            down = SuccessRule.Adapt(down, 0, 6, initial);
            up = SuccessRule.Adapt(up, 6, 6, initial);
        }

        Assert.That(down, Is.EqualTo(lowest).Within(1e-15));
        Assert.That(up, Is.EqualTo(highest).Within(1e-15));
    }

    [Test]
    public void Adapt_MoreSuccessesThanChildren_IsRefused() =>
        Assert.That(() => SuccessRule.Adapt(0.05, 3, 2, 0.05), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
