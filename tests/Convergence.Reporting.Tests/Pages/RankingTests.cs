using System.Xml;
using System.Xml.Linq;

namespace Convergence.Reporting.Tests.Pages;

public sealed class RankingTests
{
    private static readonly Ranking Ranking = new(
        [("quality <1>", 3), ("speed", 1)],
        ["model"],
        [new RankingRow([.5, 1], ["a & b"]), new RankingRow([double.NaN, .25], ["c"])]);

    [Test]
    public void Page_WithARanking_IsWellFormed_AndRanksByTheWeightsThatItBeginsWith()
    {
        var page = Parse(new HtmlPage("page").Ranking("Weights", "Move them.", Ranking).Render());
        var rows = page.Descendants("tbody").Single().Elements("tr").ToList();
        Assert.That(rows[0].Elements("td").Select(cell => cell.Value), Is.EqualTo(new[] { "1", "0.6250", "0.500", "1.000", "a & b" }));
        Assert.That(rows[1].Elements("td").Select(cell => cell.Value), Is.EqualTo(new[] { "2", "0.2500", "–", "0.250", "c" }));
        Assert.That(rows[1].Attribute("data-values")!.Value, Is.EqualTo("NaN 0.25"));
        Assert.That(page.Descendants("input").Select(slider => slider.Attribute("value")!.Value), Is.EqualTo(new[] { "75", "25" }));
        Assert.That(page.Descendants("div").Single(part => part.Attribute("class")?.Value == "sliders").Attribute("hidden"), Is.Not.Null,
            "without scripts there is nothing to slide");
    }

    [Test]
    public void Page_WithoutARanking_HasNoScript() =>
        Assert.That(Parse(new HtmlPage("page").List("l", ["x"]).Render()).Descendants("script"), Is.Empty);

    private static XElement Parse(string html)
    {
        using var reader = XmlReader.Create(new StringReader(html), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XElement.Load(reader);
    }
}
