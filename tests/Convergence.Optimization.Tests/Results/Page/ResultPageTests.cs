using System.Security.Cryptography;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Convergence.Optimization.Results;
using Convergence.Optimization.Results.Page;
using Convergence.Optimization.Runs;

namespace Convergence.Optimization.Tests.Results.Page;

public sealed class ResultPageTests
{
    [Test]
    public void Render_IsWellFormedAndLoadsNothing()
    {
        var html = ResultPage.Render(SampleResult.Large, SampleResult.Settings with { Endpoint = "here" });
        var page = Parse(html);
        Assert.That(
            page.Descendants("figure").Attributes("id").Select(id => id.Value),
            Is.EquivalentTo("score-over-time estimate parameter-importance cost-vs-quality pareto-front case-heat-map".Split(' ')));
        Assert.That(page.Descendants("link"), Is.Empty);
        Assert.That(html, Does.Not.Contain("http:").And.Not.Contain("https:").And.Not.Contain("@import").And.Not.Contain("url("));
        Assert.That(html, Does.Contain("prefers-color-scheme: dark"));
    }

    [Test]
    public void Render_AllowsItsOwnScriptAlone()
    {
        var page = Parse(ResultPage.Render(SampleResult.Large, SampleResult.Settings));
        var script = page.Descendants("script").Single();
        var policy = page.Descendants("meta")
            .Single(meta => meta.Attribute("http-equiv")?.Value == "Content-Security-Policy").Attribute("content")!.Value;
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script.Value)));
        Assert.That(policy, Does.StartWith("default-src 'none'").And.Contain($"script-src 'sha256-{hash}'"));
        Assert.That(script.Attributes(), Is.Empty);
    }

    [Test]
    public void Ranking_HoldsEveryMetricAndTheWinnerFirst()
    {
        var ranking = Parse(ResultPage.Render(SampleResult.Large, SampleResult.Settings)).Descendants("section")
            .Single(section => section.Attribute("class")?.Value == "ranking");
        Assert.That(
            ranking.Descendants("label").Select(label => label.Element("span")!.Value),
            Is.EqualTo(new[] { "quality", "latency_ms", "cost_usd" }));
        Assert.That(ranking.Descendants("input").Select(input => input.Attribute("value")!.Value), Is.EqualTo(new[] { "70", "20", "10" }));
        var rows = ranking.Descendants("tbody").Single().Elements("tr").ToList();
        Assert.That(rows, Has.Count.EqualTo(SampleResult.Large.Configurations.Count(outcome => !outcome.IsPruned)));
        Assert.That(rows[0].Attribute("data-values")!.Value.Split(' '), Has.Length.EqualTo(3));
        Assert.That(rows[0].Elements("td").Last().Value, Is.EqualTo("winner"));
    }

    [Test]
    public void Render_SaysTheVerdictAndTheCorrectedScoreBesideTheRawOne()
    {
        var text = Parse(ResultPage.Render(SampleResult.Large, SampleResult.Settings)).Value;
        var result = SampleResult.Large;
        Assert.That(text, Does.Contain(result.Verdict!.Sentence));
        Assert.That(text, Does.Not.Contain(ResultText.Word(result.Verdict.Advice)), "once is enough");
        Assert.That(text, Does.Contain(ResultText.Score(result.Best!.Score)).And.Contain(ResultText.Estimate(result.Estimate!.Value)));
    }

    [Test]
    public void Render_SaysWhyConfigurationsHaveNoScore()
    {
        var page = Parse(ResultPage.Render(SampleResult.Small, SampleResult.Settings));
        Assert.That(page.Value, Does.Contain("1 configuration has no score. The most frequent reason: every call failed: 429"));
        Assert.That(page.Descendants("h2").Select(heading => heading.Value), Does.Contain("Why configurations have no score"));
    }

    [Test]
    public void Render_OfAProvidersError_SaysWhatItSays()
    {
        var failed = SampleResult.Small.Configurations[1] with
        {
            Error = """HTTP 400: {"error": {"message": "no such model", "code": 7}}""",
        };
        var page = Parse(ResultPage.Render(
            SampleResult.Small with { Configurations = [SampleResult.Small.Configurations[0], failed] }, SampleResult.Settings));
        Assert.That(page.Value, Does.Contain("The most frequent reason: HTTP 400: no such model"));
    }

    [Test]
    public void Render_OfARunOfKeptAnswers_DoesNotTellThemAsCallsMade() => Assert.That(
        Parse(ResultPage.Render(SampleResult.Small, SampleResult.Settings)).Value,
        Does.Contain("42, of which 7 were kept from before").And.Contain("this time"));

    [Test]
    public void Render_OfAnEstimate_NamesTheHeldOutMeanBesideIt()
    {
        var result = SampleResult.Large with { Estimate = new CorrectedScore(.81, .7, .9, true, HeldOutMean: .8765) };
        Assert.That(
            Parse(ResultPage.Render(result, SampleResult.Settings)).Value,
            Does.Contain("it is worth about 0.8100 by all the cases that it met")
                .And.Contain("on the held-out cases").And.Contain("it scored 0.8765"));
    }

    [Test]
    public void Render_OfAnEstimateFromOneCase_ShowsNoInterval()
    {
        var result = SampleResult.Large with { Estimate = new CorrectedScore(.81, 0, 1, false, HasInterval: false) };
        Assert.That(
            Parse(ResultPage.Render(result, SampleResult.Settings)).Value,
            Does.Contain("one case tells no interval").And.Not.Contain("[0.0000, 1.0000]"));
    }

    [Test]
    public void Render_OfStrangeNames_EscapesThem()
    {
        var hostile = SampleResult.Small with { ApiName = "</script><script>alert(1)</script>" };
        var page = Parse(ResultPage.Render(hostile, SampleResult.Settings));
        Assert.That(page.Descendants("script").Count(), Is.EqualTo(1));
        Assert.That(page.Descendants("h1").Single().Value, Is.EqualTo(hostile.ApiName));
    }

    [Test]
    public void Render_OfAlmostNothing_StillIsAPage()
    {
        var failed = SampleResult.Result([SampleResult.Small.Configurations[1]]);
        Assert.That(Parse(ResultPage.Render(failed, SampleResult.Settings)).Descendants("figure").Count(), Is.GreaterThan(2));
        var bare = Parse(ResultPage.Render(SampleResult.Result([]), SampleResult.Settings with { Visualizations = [] }));
        Assert.That(bare.Descendants("figure").Count(), Is.EqualTo(1));
    }

    private static XElement Parse(string html)
    {
        using var reader = XmlReader.Create(new StringReader(html), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XElement.Load(reader);
    }
}
