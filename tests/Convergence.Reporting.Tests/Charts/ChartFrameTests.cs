using System.Globalization;
using System.Xml.Linq;

namespace Convergence.Reporting.Tests.Charts;

public sealed class ChartFrameTests
{
    [Test]
    public void WithLegend_OfManyEntries_WrapsAndLeavesRoomForThePlot()
    {
        var few = ChartFrame.WithLegend("title", Entries(1));
        var many = ChartFrame.WithLegend("title", Entries(12));
        Assert.That(many.Top, Is.GreaterThan(few.Top));
        Assert.That(many.Bottom - many.Top, Is.GreaterThan(100));
        Assert.That(Texts(many).Select(text => Number(text, "x")), Is.All.InRange(0, ChartFrame.Width));
    }

    [Test]
    public void DrawAxes_NamesBoth_AndStaysInThePicture()
    {
        var frame = ChartFrame.WithLegend("title", Entries(2));
        frame.DrawAxes(
            Axis.Exact(0, 10, frame.Left, frame.Right), Axis.Around([0.1, 0.9], frame.Bottom, frame.Top), "generation", "fitness");
        var texts = Texts(frame);
        Assert.That(texts.Select(text => text.Value), Is.SupersetOf(new[] { "title", "generation", "fitness", "0", "10", "0.4" }));
        Assert.That(texts.Select(text => Number(text, "y")), Is.All.InRange(0, ChartFrame.Height));
    }

    [Test]
    public void DrawAxes_OfASingleValue_StillTicks()
    {
        var frame = ChartFrame.WithLegend("title", []);
        frame.DrawAxes(Axis.Exact(1, 1, frame.Left, frame.Right), Axis.Around([double.NaN], frame.Bottom, frame.Top), "x", "y");
        Assert.That(frame.Canvas.ToInline(), Does.Not.Contain("NaN"));
        Assert.That(Texts(frame), Has.Count.GreaterThan(4));
    }

    [Test]
    public void DrawNothing_SaysWhy()
    {
        var frame = ChartFrame.WithLegend("title", []);
        frame.DrawNothing("no <data>");
        Assert.That(Texts(frame).Select(text => text.Value), Does.Contain("no <data>"));
    }

    private static List<LegendEntry> Entries(int count) =>
        [.. Enumerable.Range(0, count)
            .Select(index => new LegendEntry($"series number {index}", $"line{index}", index % 2 == 0 ? MarkerShape.Circle : null))];

    private static List<XElement> Texts(ChartFrame frame) => [.. XElement.Parse(frame.Canvas.ToInline()).Elements("text")];

    private static double Number(XElement element, string name) =>
        double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
