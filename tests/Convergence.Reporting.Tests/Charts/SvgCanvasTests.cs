using System.Globalization;
using System.Xml.Linq;

namespace Convergence.Reporting.Tests.Charts;

public sealed class SvgCanvasTests
{
    private static readonly MarkerShape[] Shapes = Enum.GetValues<MarkerShape>();

    [Test]
    public void ToFile_IsWellFormed_WithItsStylesAndATitle()
    {
        var canvas = new SvgCanvas(200, 100, "a < b & \"c\"");
        canvas.Text(1, 2, "<script>alert('x')</script>");
        canvas.Rectangle(0, 0, 10, 10, "heat1", "tip <&>");
        Array.ForEach(Shapes, shape => canvas.Marker(shape, 5, 5, 4, "fill1", "]]>"));
        canvas.Polygon([(0, 0), (1, 1), (2, 0)], "area");
        var svg = XDocument.Parse(canvas.ToFile()).Root!;
        Assert.Multiple(() =>
        {
            Assert.That(svg.Name.LocalName, Is.EqualTo("svg"));
            Assert.That(svg.Elements().First(element => element.Name.LocalName == "title").Value, Is.EqualTo("a < b & \"c\""));
            Assert.That(
                svg.Descendants().Single(element => element.Name.LocalName == "text").Value, Is.EqualTo("<script>alert('x')</script>"));
            Assert.That(svg.Descendants().Count(element => element.Name.LocalName == "script"), Is.Zero);
            Assert.That(svg.Descendants().Count(element => element.Name.LocalName == "style"), Is.EqualTo(1));
        });
    }

    [Test]
    public void Polyline_WithAGap_IsSeveralStrokes_AndALonePointADot()
    {
        Assert.That(
            PathOf((0, 1), (1, 2), (2, double.NaN), (3, 4), (4, double.PositiveInfinity), (5, 6), (6, 7)),
            Is.EqualTo("M0 1L1 2M3 4h0M5 6L6 7"));
        Assert.That(PathOf((1.2345, 2)), Is.EqualTo("M1.23 2h0"));
        Assert.That(PathOf((double.NaN, 2), (3, 4)), Is.EqualTo("M3 4h0"));
    }

    [Test]
    public void Polyline_OfNothing_DrawsNothing()
    {
        Assert.That(PathOf(), Is.Null);
        Assert.That(PathOf((1, double.NaN)), Is.Null);
    }

    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    [TestCase(double.NegativeInfinity)]
    public void Elements_AtNoPlace_AreLeftOut(double nowhere)
    {
        var canvas = new SvgCanvas(10, 10, "t");
        canvas.Line(0, 0, nowhere, 1, "grid");
        canvas.Rectangle(0, nowhere, 1, 1, "band", "tip");
        canvas.Text(nowhere, 0, "text", turn: 90);
        canvas.Polygon([(0, nowhere), (nowhere, 0)], "area");
        Array.ForEach(Shapes, shape => canvas.Marker(shape, nowhere, 1, 2, "fill0"));
        var drawn = XElement.Parse(canvas.ToInline());
        Assert.That(canvas.ToInline(), Does.Not.Contain("NaN").And.Not.Contain("Infinity").And.Not.Contain("∞"));
        Assert.That(drawn.Elements().Select(element => element.Name.LocalName), Is.EqualTo(new[] { "title", "polygon" }));
    }

    [Test]
    public void Coordinates_DoNotDependOnTheCulture()
    {
        var before = Thread.CurrentThread.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        Thread.CurrentThread.CurrentCulture = comma;
        try
        {
            var canvas = new SvgCanvas(10.5, 10, "t");
            canvas.Line(0.25, 0, 1.5, 1, "grid");
            Assert.That(canvas.ToInline(), Does.Contain("viewBox=\"0 0 10.5 10\"").And.Contain("x1=\"0.25\""));
        }
        finally
        {
            Thread.CurrentThread.CurrentCulture = before;
        }
    }

    private static string? PathOf(params (double X, double Y)[] points)
    {
        var canvas = new SvgCanvas(10, 10, "t");
        canvas.Polyline(points, "line");
        return XElement.Parse(canvas.ToInline()).Element("path")?.Attribute("d")?.Value;
    }
}
