using Convergence.Evolution.Selection;

namespace Convergence.Evolution.Tests.Selection;

internal sealed class FitnessSharingTests
{
    // Two that coincide, one half a radius away from them, one alone.
    private static readonly double[] Places = [0, 0, 0.1, 0.9];
    private static readonly double[] Fitness = [1, 0.8, 0.6, 0.4];

    [Test]
    public void Share_WeightOne_DividesByTheNicheCount() =>
        Assert.That(Share(0.2, 1), Is.EqualTo(new[] { 1 / 2.5, 0.8 / 2.5, 0.6 / 2, 0.4 }).Within(1e-12));

    [Test]
    public void Share_WeightZero_LeavesFitnessAlone() => Assert.That(Share(0.2, 0), Is.EqualTo(Fitness));

    [Test]
    public void Share_WeightBetween_TakesThePower() =>
        Assert.That(Share(0.2, 0.3)[0], Is.EqualTo(1 / Math.Pow(2.5, 0.3)).Within(1e-12));

    [Test]
    public void Share_RadiusZero_SharesAmongCoincidingMembersOnly() =>
        Assert.That(Share(0, 1), Is.EqualTo(new[] { 0.5, 0.4, 0.6, 0.4 }).Within(1e-12));

    private static double[] Share(double radius, double weight) =>
        FitnessSharing.Share(Fitness, (i, j) => Math.Abs(Places[i] - Places[j]), radius, weight);
}
