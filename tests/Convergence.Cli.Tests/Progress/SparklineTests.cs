using Convergence.Cli.Progress;

namespace Convergence.Cli.Tests.Progress;

public sealed class SparklineTests
{
    [Test]
    public void Of_RisingValues_RisesFromLowestToHighest() =>
        Assert.That(Sparkline.Of([0, 1, 2, 3, 4, 5, 6, 7], 10), Is.EqualTo("▁▂▃▄▅▆▇█"));

    [Test]
    public void Of_MoreValuesThanFit_ShowsTheLast() => Assert.That(Sparkline.Of([9, 9, 0, 1], 2), Is.EqualTo("▁█"));

    [Test]
    public void Of_MissingAndNonFiniteValues_LeavesBlanks() =>
        Assert.That(Sparkline.Of([0, null, double.NaN, double.PositiveInfinity, 1], 10), Is.EqualTo("▁   █"));

    [Test]
    public void Of_EqualValues_IsFlat() => Assert.That(Sparkline.Of([3, 3], 10), Is.EqualTo("▁▁"));

    [Test]
    public void Of_Nothing_IsEmpty() => Assert.That(Sparkline.Of([], 10), Is.Empty);
}
