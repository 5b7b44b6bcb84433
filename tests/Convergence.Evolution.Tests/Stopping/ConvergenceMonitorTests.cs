using Convergence.Evolution.Stopping;

namespace Convergence.Evolution.Tests.Stopping;

internal sealed class ConvergenceMonitorTests
{
    [TestCase(false, new[] { 0.5, 0.5, 0.5 }, Description = "three generations hold only two gains")]
    [TestCase(true, new[] { 0.5, 0.5, 0.5, 0.5 })]
    [TestCase(true, new[] { 0.5, 0.503, 0.506, 0.509 }, Description = "three small gains that add up to less")]
    [TestCase(false, new[] { 0.5, 0.504, 0.508, 0.512 }, Description = "three small gains that add up to more")]
    [TestCase(false, new[] { 0.5, 0.5, 0.5, 0.51 }, Description = "a gain of just the threshold is progress")]
    [TestCase(true, new[] { 0.1, 0.9, 0.9, 0.9, 0.9 }, Description = "what came before does not count")]
    public void HasConverged_ThresholdOneHundredthPatienceThree_SaysSo(bool expected, double[] history) =>
        Assert.That(
            new ConvergenceMonitor(0.01 - 1e-12, 3).HasConverged([.. history.Select(value => (double?)value)]), Is.EqualTo(expected));

    [Test]
    public void HasConverged_BeforeAnythingSucceeded_IsFalse()
    {
        var monitor = new ConvergenceMonitor(0.01, 2);
        Assert.That(monitor.HasConverged([null, null, null, null]), Is.False);
        Assert.That(monitor.HasConverged([null, null, 0.5, 0.5]), Is.False);
        Assert.That(monitor.HasConverged([null, 0.5, 0.5, 0.5]), Is.True);
    }

    [Test]
    public void HasConverged_ThresholdZero_NeverStopsWithoutALoss() =>
        Assert.That(new ConvergenceMonitor(0, 1).HasConverged([0.5, 0.5, 0.5]), Is.False);

    [TestCase(-0.1, 3)]
    [TestCase(double.NaN, 3)]
    [TestCase(0.1, 0)]
    public void Construct_OutOfRange_IsRefused(double threshold, int patience) =>
        Assert.That(() => new ConvergenceMonitor(threshold, patience), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
