using System.Globalization;
using System.Xml.Linq;

namespace Convergence.Reporting.Tests.Charts;

public sealed class RowChartTests
{
    [Test]
    public void Draw_PlacesMarksByTheirValues_WithinTheirIntervals()
    {
        var svg = Draw(new RowChart("title", "gain")
        {
            Rows =
            [
                new ChartRow("little", .1) { Lower = 0, Upper = .2, Text = "+10 %", Remark = "not sure" },
                new ChartRow("much", .9) { Tooltip = "much more" },
                new ChartRow("unknown", double.NaN) { Text = "–" },
            ],
            Limit = 0,
        });
        var marks = svg.Elements("circle").Select(mark => Number(mark, "cx")).ToList();
        var whisker = svg.Elements("line").Single(line => line.Attribute("class")!.Value.StartsWith("whisker", StringComparison.Ordinal));
        Assert.That(marks, Has.Count.EqualTo(2));
        Assert.That(marks[0], Is.LessThan(marks[1]).And.InRange(Number(whisker, "x1"), Number(whisker, "x2")));
        Assert.That(svg.Elements("line").Count(line => line.Attribute("class")!.Value == "limit"), Is.EqualTo(1));
        Assert.That(
            svg.Elements("text").Select(text => text.Value),
            Is.SupersetOf(new[] { "title", "gain", "little", "+10 %", "not sure", "much", "unknown" }));
    }

    [Test]
    public void Draw_WithBars_ReachesFromZero()
    {
        var svg = Draw(new RowChart("title", "share")
        {
            Rows = [new ChartRow("half", .5) { Tooltip = "half" }, new ChartRow("all", 1) { Tooltip = "all" }],
            HasBars = true,
            Range = (0, 1),
        });
        var bars = svg.Elements("rect").Where(bar => bar.Element("title") is not null).ToList();
        Assert.That(Number(bars[1], "width"), Is.EqualTo(2 * Number(bars[0], "width")).Within(.02));
        Assert.That(Number(bars[0], "x"), Is.EqualTo(Number(bars[1], "x")));
    }

    [Test]
    public void Draw_OfNoRows_SaysWhy() => Assert.That(
        Draw(new RowChart("title", "gain") { Rows = [], Nothing = "nobody to compare with" }).Elements("text").Select(text => text.Value),
        Does.Contain("nobody to compare with"));

    private static XElement Draw(RowChart chart) => XElement.Parse(chart.Draw().ToInline());

    private static double Number(XElement element, string name) =>
        double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
