using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace Convergence.Reporting.Tests.Charts;

public sealed class AxisTests
{
    [Test]
    public void Ticks_LieInTheAxis_RiseAndAreAboutAsManyAsAskedFor()
    {
        var ranges =
            from low in ArbMap.Default.GeneratorFor<NormalFloat>().Select(value => Math.Clamp(value.Get, -1e12, 1e12))
            from span in Gen.Choose(-6, 9).Select(power => Math.Pow(10, power))
            where span > Math.Abs(low) * 1e-9
            from about in Gen.Choose(2, 10)
            select (low, high: low + span, about);
        Prop.ForAll(Arb.From(ranges), range =>
        {
            var axis = Axis.Exact(range.low, range.high, 0, 100);
            var ticks = axis.Ticks(range.about).ToList();
            var slack = (range.high - range.low) * 1e-6;
            return ticks.TrueForAll(tick => tick >= axis.Minimum - slack && tick <= axis.Maximum + slack)
                && ticks.Zip(ticks.Skip(1)).All(pair => pair.First < pair.Second)
                && ticks.Count >= range.about / 2 && ticks.Count <= 2 * range.about + 1;
        }).QuickCheckThrowOnFailure();
    }

    [TestCase(0, 1, 5, "0.0 0.2 0.4 0.6 0.8 1.0")]
    [TestCase(0.13, 0.62, 5, "0.2 0.3 0.4 0.5 0.6")]
    [TestCase(-3, 7, 5, "-2 0 2 4 6")]
    [TestCase(0, 0.00042, 5, "0.0000 0.0001 0.0002 0.0003 0.0004")]
    [TestCase(0, 25000, 5, "0 5000 10000 15000 20000 25000")]
    public void Label_HasTheDecimalsThatNeighboursNeed(double minimum, double maximum, int about, string expected)
    {
        var axis = Axis.Exact(minimum, maximum, 0, 100);
        Assert.That(string.Join(' ', axis.Ticks(about).Select(tick => axis.Label(tick, about))), Is.EqualTo(expected));
    }

    [Test]
    public void Ticks_OfWholeNumbers_AreWhole()
    {
        var ticks = Axis.Exact(0, 3, 0, 100).Ticks(8, wholeNumbers: true).ToList();
        Assert.That(ticks, Is.EqualTo(new[] { 0.0, 1, 2, 3 }));
    }

    [Test]
    public void Pixel_MapsTheEndsToTheEnds([Values] bool logarithmic)
    {
        var axis = logarithmic ? Axis.ForPositive([0.01, 100], 300, 20) : Axis.Exact(-1, 3, 300, 20);
        Assert.Multiple(() =>
        {
            Assert.That(axis.Pixel(axis.Minimum), Is.EqualTo(300).Within(1e-9));
            Assert.That(axis.Pixel(axis.Maximum), Is.EqualTo(20).Within(1e-9));
            Assert.That(axis.Pixel(1), Is.EqualTo(160).Within(1e-9), "the middle");
        });
    }

    [Test]
    public void ForPositive_OverDecades_TicksByOneTwoAndFive()
    {
        var axis = Axis.ForPositive([0.9, 120], 0, 100);
        Assert.That(axis.Ticks().Select(tick => axis.Label(tick)), Is.EqualTo("1 2 5 10 20 50 100".Split(' ')));
    }

    [Test]
    public void ForPositive_WithAZeroOrALittleSpan_IsLinearFromZero()
    {
        Assert.That(Axis.ForPositive([0, 50], 0, 100).Minimum, Is.Zero);
        Assert.That(
            Axis.ForPositive([1, 5], 0, 100).Pixel(3) - Axis.ForPositive([1, 5], 0, 100).Pixel(2),
            Is.EqualTo(Axis.ForPositive([1, 5], 0, 100).Pixel(5) - Axis.ForPositive([1, 5], 0, 100).Pixel(4)).Within(1e-9));
    }

    [Test]
    public void Around_CoversItsValuesAndKeepsTheHardLimits()
    {
        Prop.ForAll<NormalFloat[]>(given =>
        {
            var values = given.Select(value => Math.Clamp(value.Get, -1e100, 1e100)).ToList();
            var axis = Axis.Around(values, 0, 100);
            var limited = Axis.Around(values.Select(value => Math.Abs(value % 1)), 0, 100, hardMinimum: 0, hardMaximum: 1);
            return values.TrueForAll(value => axis.Minimum <= value && value <= axis.Maximum)
                && limited.Minimum >= 0
                && limited.Maximum <= 1;
        }).QuickCheckThrowOnFailure();
    }

    [TestCase(new double[0])]
    [TestCase(new[] { double.NaN })]
    [TestCase(new[] { double.NegativeInfinity, double.PositiveInfinity })]
    [TestCase(new[] { 0.0 })]
    [TestCase(new[] { 0.25 })]
    [TestCase(new[] { 1e18 })]
    [TestCase(new[] { -3.0, double.NaN })]
    public void EveryAxis_OfNothingOrOneValue_HasARangeAndFiniteTicks(double[] values)
    {
        var single = values.Length == 0 ? double.NaN : values[0];
        foreach (var axis in new[] { Axis.Around(values, 0, 100), Axis.ForPositive(values, 0, 100), Axis.Exact(single, single, 0, 100) })
        {
            Assert.That(axis.Maximum, Is.GreaterThan(axis.Minimum));
            var ticks = axis.Ticks().ToList();
            Assert.That(ticks, Is.Not.Empty.And.All.Matches<double>(double.IsFinite));
            Assert.That(ticks.Select(axis.Pixel), Is.All.InRange(-1e-6, 100 + 1e-6));
            Assert.That(
                ticks.Select(tick => double.Parse(axis.Label(tick), CultureInfo.InvariantCulture)),
                Is.All.Matches<double>(double.IsFinite));
        }
    }
}
