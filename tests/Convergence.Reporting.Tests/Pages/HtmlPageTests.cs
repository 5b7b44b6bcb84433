using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Convergence.Reporting.Tests.Pages;

/// <summary>A page is one well-formed file that loads nothing, runs nothing and shows every text as it was given.</summary>
public sealed partial class HtmlPageTests
{
    private const string Nasty = "</style><script src=\"https://example.org/x.js\">'&\u0007";
    private const string Shown = "</style><script src=\"https://example.org/x.js\">'&\uFFFD";

    [Test]
    public void Render_WithNastyTextEverywhere_IsWellFormedAndShowsIt()
    {
        var page = Parse(Full(Nasty));
        var texts = page.Descendants().Where(element => !element.HasElements).Select(element => element.Value).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(page.Descendants("script"), Is.Empty);
            Assert.That(page.Root!.Element("head")!.Element("title")!.Value, Is.EqualTo(Shown));
            Assert.That(page.Descendants("h1").Single().Value, Is.EqualTo(Shown));
            Assert.That(page.Descendants("td").Select(cell => cell.Value), Is.All.EqualTo(Shown));
            Assert.That(
                texts.Count(text => text == Shown),
                Is.GreaterThanOrEqualTo(14),
                "title, kind, heading, finding, fact, figure, table, list, remark, text");
        });
    }

    [Test]
    public void Render_LoadsNothing()
    {
        var html = Full("plain");
        var page = Parse(html);
        string[] loading =
            ["script", "link", "img", "iframe", "object", "embed", "audio", "video", "source", "use", "image", "base", "form"];
        Assert.Multiple(() =>
        {
            Assert.That(page.Descendants().Select(element => element.Name.LocalName).Intersect(loading), Is.Empty);
            Assert.That(page.Descendants().Attributes().Select(attribute => attribute.Name.LocalName)
                .Where(name => name is "src" or "href" or "srcset" || name.StartsWith("on", StringComparison.Ordinal)), Is.Empty);
            Assert.That(page.Descendants("style").Select(style => style.Value), Is.All.Not.Match(@"url\(|@import"));
            Assert.That(Address().IsMatch(html), Is.False, "no address of another server");
        });
    }

    [Test]
    public void Render_OfNothing_IsStillAPage()
    {
        var page = Parse(new HtmlPage("").Render());
        Assert.That(page.Root!.Element("body")!.Element("main")!.Elements(), Is.Empty);
    }

    [Test]
    public void Sections_WithoutContent_AreLeftOutOrEmpty()
    {
        var page = Parse(
            new HtmlPage("t").Header("k", "h", [], []).List("nothing", []).Table("table", ["a"], [], []).Figures([]).Remarks("r", [])
                .Render());
        Assert.That(
            page.Descendants("h2").Select(heading => heading.Value), Is.EqualTo(new[] { "table", "r" }), "an empty list has no section");
    }

    [Test]
    public void Figures_GoToTheShorterColumn()
    {
        var charts = new[] { 400.0, 100, 100, 100 }
            .Select((height, index) => new Chart($"chart{index}", new SvgCanvas(640, height, "t"), "c"));
        var columns = Parse(new HtmlPage("t").Figures([.. charts]).Render()).Descendants("div")
            .Single(div => (string?)div.Attribute("class") == "plots")
            .Elements("div")
            .Select(column => string.Join(' ', column.Elements("figure").Select(figure => figure.Attribute("id")!.Value)));
        Assert.That(columns, Is.EqualTo(new[] { "chart0", "chart1 chart2 chart3" }));
    }

    [Test]
    public void Table_SetsNumericColumnsToTheRight()
    {
        var page = Parse(new HtmlPage("t").Table("h", ["name", "number"], [["a", "1"]], [1]).Render());
        Assert.That(page.Descendants("td").Select(cell => (string?)cell.Attribute("class")), Is.EqualTo(new[] { null, "number" }));
        Assert.That(page.Descendants("th").Select(cell => (string?)cell.Attribute("scope")), Is.All.EqualTo("col"));
    }

    [Test]
    public void Remark_CarriesItsGradeAndItsAdvice()
    {
        var page = Parse(new HtmlPage("t")
            .Remarks("h", [new PageRemark(3, "bad", "topic", "text", "advice"), new PageRemark(0, "ok", "topic", "text")])
            .Render());
        Assert.That(
            page.Descendants("span").Select(badge => (string)badge.Attribute("class")!),
            Is.EqualTo(new[] { "badge grade3", "badge grade0" }));
        Assert.That(page.Descendants("p").Select(advice => advice.Value), Is.EqualTo(new[] { "advice" }));
    }

    [Test]
    public void Text_IsKeptAsItIs_OpenOrFolded()
    {
        var page = Parse(new HtmlPage("t").Text("a", "x:\n  - y\n\n", open: true).Text("b", "z", open: false).Render());
        Assert.That(page.Descendants("pre").Select(text => text.Value), Is.EqualTo(new[] { "x:\n  - y", "z" }));
        Assert.That(
            page.Descendants("details").Select(details => details.Attribute("open") is not null), Is.EqualTo(new[] { true, false }));
    }

    private static string Full(string text)
    {
        var canvas = new SvgCanvas(640, 340, text);
        canvas.Text(1, 1, text);
        canvas.Rectangle(0, 0, 1, 1, "band", text);
        return new HtmlPage(text)
            .Header(text, text, [text], [(text, text)])
            .Figures([new Chart("chart", canvas, text)])
            .Table(text, [text], [[text], [text]], [])
            .List(text, [text])
            .Remarks(text, [new PageRemark(1, text, text, text, text)])
            .Text(text, text, open: true)
            .Render();
    }

    private static XDocument Parse(string html) =>
        XDocument.Parse(html.Replace("<!DOCTYPE html>\n", "", StringComparison.Ordinal), LoadOptions.PreserveWhitespace);

    [GeneratedRegex("https?://")]
    private static partial Regex Address();
}
