using System.Globalization;
using System.Xml.Linq;

namespace Convergence.Reporting.Tests.Charts;

public sealed class ScatterChartTests
{
    private static readonly ScatterSeries Points = new(
        "points", MarkerShape.Circle, 0, [new(1, .2, "low"), new(100, .8, "high"), new(double.NaN, .5, "lost")]);

    [Test]
    public void Draw_PlacesPointsRightAndUp_AndLeavesOutThoseWithoutAPlace()
    {
        var svg = Draw(new ScatterChart("title", "cost", "quality") { Series = [Points] });
        var marks = Marks(svg);
        Assert.That(marks.Select(mark => mark.Element("title")!.Value), Is.EqualTo(new[] { "low", "high" }));
        Assert.That(Number(marks[0], "cx"), Is.LessThan(Number(marks[1], "cx")));
        Assert.That(Number(marks[0], "cy"), Is.GreaterThan(Number(marks[1], "cy")), "y grows downwards");
        Assert.That(svg.Elements("text").Select(text => text.Value), Is.SupersetOf(new[] { "title", "cost", "quality", "points" }));
    }

    [Test]
    public void Draw_OfPositiveValuesOverDecades_ShowsRatios()
    {
        var middle = Points with { Points = [.. Points.Points, new(10, .5, "middle")] };
        var marks = Marks(Draw(new ScatterChart("title", "cost", "quality") { Series = [middle], IsHorizontalPositive = true }));
        var places = marks.Select(mark => Number(mark, "cx")).ToList();
        Assert.That(places[2], Is.EqualTo((places[0] + places[1]) / 2).Within(.02));
    }

    [Test]
    public void Draw_OfEmptySeries_NamesThemNot_AndSaysThatThereIsNothing()
    {
        var texts = Draw(new ScatterChart("title", "x", "y") { Series = [new("empty", MarkerShape.Ring, 1, [])], Nothing = "no points" })
            .Elements("text").Select(text => text.Value).ToList();
        Assert.That(texts, Does.Contain("no points").And.Not.Contain("empty"));
    }

    [Test]
    public void Draw_WithALineAndALimit_NamesBoth()
    {
        var svg = Draw(new ScatterChart("title", "x", "y")
        {
            Series = [Points],
            Line = [(1, .2), (100, .2), (100, .8)],
            LineName = "best so far",
            Limit = (.4, "baseline"),
            IsHorizontalWhole = true,
        });
        Assert.That(svg.Elements("text").Select(text => text.Value), Is.SupersetOf(new[] { "best so far", "baseline", "100" }));
        Assert.That(svg.Elements("path").Count(path => path.Attribute("class")!.Value == "line line0"), Is.EqualTo(1));
    }

    private static XElement Draw(ScatterChart chart) => XElement.Parse(chart.Draw().ToInline());

    // The legend's samples have no tooltip.
    private static List<XElement> Marks(XElement svg) => [.. svg.Elements("circle").Where(mark => mark.Element("title") is not null)];

    private static double Number(XElement element, string name) =>
        double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
