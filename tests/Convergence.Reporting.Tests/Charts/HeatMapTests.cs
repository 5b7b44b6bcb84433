using System.Globalization;
using System.Xml.Linq;

namespace Convergence.Reporting.Tests.Charts;

public sealed class HeatMapTests
{
    [Test]
    public void Draw_ColoursCellsByWhatTheyHold_AndLeavesMissingOnesOut()
    {
        var svg = Draw(["one", "two"], ["a", "b", "c"], (row, column) => row == 1 && column == 2 ? double.NaN : (row + column) / 2.0);
        var cells = Cells(svg);
        Assert.That(cells, Has.Count.EqualTo(5));
        Assert.That(cells[0].Attribute("class")!.Value, Is.EqualTo("heat0"));
        Assert.That(cells[2].Attribute("class")!.Value, Is.EqualTo($"heat{ChartStyle.HeatStepCount - 1}"));
        Assert.That(cells[1].Element("title")!.Value, Is.EqualTo("one, b"));
        Assert.That(Texts(svg), Is.SupersetOf(new[] { "one", "two", "a", "b", "c", "50", "columns" }));
    }

    [TestCase(3, "short", 3)]
    [TestCase(30, "a long name of a column", 30)]
    [TestCase(300, "a long name of a column", 30)]
    public void Draw_WritesAsManyNamesAsFit(int count, string name, int most)
    {
        var svg = Draw(["row"], [.. Enumerable.Range(0, count).Select(index => $"{index} {name}")], (_, _) => .5);
        var shown = svg.Elements("text").Where(text => text.Value.Contains(name[..3], StringComparison.Ordinal)).ToList();
        Assert.That(shown, Has.Count.InRange(2, most + 8));
        Assert.That(
            shown.Select(text => double.Parse(text.Attribute("x")!.Value, CultureInfo.InvariantCulture)),
            Is.Ordered.And.All.LessThan(ChartFrame.Width));
        Assert.That(Cells(svg), Has.Count.EqualTo(count));
    }

    [Test]
    public void Draw_OfOneCell_IsAPicture() => Assert.That(Cells(Draw(["r"], ["c"], (_, _) => 1)), Has.Count.EqualTo(1));

    private static XElement Draw(string[] rows, string[] columns, Func<int, int, double> share) => XElement.Parse(
        new HeatMap("title", rows, columns)
        {
            Share = share,
            Tooltip = (row, column) => $"{rows[row]}, {columns[column]}",
            ColumnsName = "columns",
            ScaleName = "percent",
        }.Draw().ToInline());

    // The scale's samples have no tooltip.
    private static List<XElement> Cells(XElement svg) =>
        [.. svg.Elements("rect").Where(rectangle => rectangle.Element("title") is not null)];

    private static IEnumerable<string> Texts(XElement svg) => svg.Elements("text").Select(text => text.Value);
}
