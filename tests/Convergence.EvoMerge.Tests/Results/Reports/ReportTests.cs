using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Convergence.EvoMerge.Results;
using Convergence.EvoMerge.Results.Reports;
using FsCheck;
using FsCheck.Fluent;

namespace Convergence.EvoMerge.Tests.Results.Reports;

public sealed class ReportTests
{
    private const string Hostile = "</title><script>alert('1')</script> & \"quoted\" `x` | * _ # \u0001 \ud800";

    [Test]
    public void HistoryCsv_HasItsColumnsAndARowPerGeneration()
    {
        var summary = SampleRun.Create();
        var lines = HistoryCsv.Render(summary).TrimEnd('\n').Split('\n');
        Assert.That(lines[0], Is.EqualTo(
            "generation,best,mean,diversity,evaluations,cache_hits,failures,immigrants,mutation_strength,best_technique,"
            + "merge_seconds,score_seconds,generation_seconds,"
            + "share_linear,share_slerp,share_ties,share_dare,share_frankenmerge,share_dfs"));
        Assert.That(lines, Has.Length.EqualTo(1 + summary.History.Length));
        for (var index = 0; index < summary.History.Length; index++)
        {
            var fields = lines[index + 1].Split(',');
            var record = summary.History[index];
            Assert.That(fields, Has.Length.EqualTo(19));
            Assert.That(fields[0], Is.EqualTo((index + 1).ToString(CultureInfo.InvariantCulture)));
            Assert.That(
                double.Parse(fields[1], CultureInfo.InvariantCulture), Is.EqualTo(record.Summary.BestFitness), "numbers read back exactly");
            Assert.That(fields[2], record.Summary.MeanFitness is null ? Is.Empty : Is.Not.Empty);
            Assert.That(fields.Skip(13).Sum(share => double.Parse(share, CultureInfo.InvariantCulture)), Is.EqualTo(1).Within(1e-12));
        }
    }

    [Test]
    public void HistoryCsv_QuotesFieldsThatNeedIt()
    {
        var summary = SampleRun.Create(1);
        summary = summary with { History = [summary.History[0] with { BestTechnique = "a,\"b\"" }] };
        Assert.That(HistoryCsv.Render(summary), Does.Contain(",\"a,\"\"b\"\"\","));
    }

    [Test]
    public void Html_IsWellFormedSelfContainedAndWithoutScript()
    {
        var html = HtmlReport.Render(SampleRun.Create(), SampleRun.Configuration);
        var page = Parse(html);
        Assert.That(page.Descendants("svg").Count(), Is.EqualTo(5));
        Assert.That(page.Descendants("script"), Is.Empty);
        Assert.That(page.Descendants("link"), Is.Empty);
        Assert.That(
            page.Descendants().Attributes().Select(attribute => attribute.Name.LocalName),
            Has.None.AnyOf("src", "href", "onclick", "onload"));
        Assert.That(html, Does.Not.Contain("http").And.Not.Contain("@import").And.Not.Contain("url("));
        Assert.That(html, Does.Contain("prefers-color-scheme: dark"));
        Assert.That(page.Descendants("pre").Select(element => element.Value), Has.Some.EqualTo(SampleRun.Configuration.TrimEnd()));
    }

    [TestCase(0.3, 0.1, 0.5, "significantly better")]
    [TestCase(0.05, -0.1, 0.2, "not significantly better")]
    [TestCase(-0.3, -0.5, -0.1, "significantly worse")]
    [TestCase(0.3, double.NaN, double.NaN, "not significantly better")]
    public void Reports_SayTheVerdictPlainly(double gain, double lower, double upper, string verdict)
    {
        var summary = SampleRun.Create(3);
        summary = summary with { Test = summary.Test with { Comparisons = [new Comparison("reasoning", gain, lower, upper)] } };
        var finding = Parse(HtmlReport.Render(summary, string.Empty)).Descendants("p")
            .First(element => (string?)element.Attribute("class") == "finding").Value;
        Assert.That(finding, Does.StartWith($"On the test split, the champion is {verdict} than the best parent, reasoning:"));
        Assert.That(MarkdownReport.Render(summary, string.Empty), Does.Contain($"| {verdict} |"));
    }

    [TestCase(0.3, 0.1, 0.5, "That is what the evolution added to the best recipe")]
    [TestCase(-0.018, -0.05, 0.02, "The evolution added nothing certain to the best recipe")]
    [TestCase(-0.3, -0.5, -0.1, "The evolution lost that against the best recipe")]
    public void Findings_SayOfTheStartingRecipeWhatIsTrue(double gain, double lower, double upper, string said)
    {
        var summary = SampleRun.Create(3);
        var start = summary.Test.Contestants.FirstOrDefault(contestant => contestant.Role == ContestantRole.StartingRecipe)
            ?? summary.Test.Contestants[^1] with { Name = "start", Role = ContestantRole.StartingRecipe };
        summary = summary with
        {
            Test = summary.Test with { Contestants = [start], Comparisons = [new Comparison(start.Name, gain, lower, upper)] },
        };
        Assert.That(Findings.Of(summary), Has.Exactly(1).Contains(said));
    }

    [TestCase(0.123, "+12.3\u00A0%")]
    [TestCase(-0.018, "−1.8\u00A0%")]
    [TestCase(0.0004, "+0.040\u00A0%")]
    [TestCase(-0.00000123, "−0.00012\u00A0%")]
    [TestCase(0.00099999, "+0.100\u00A0%")]
    [TestCase(0, "0.0\u00A0%")]
    [TestCase(1e-300, "0.0\u00A0%")]
    public void Gain_NearZero_HasDigitsThatMeanSomething(double gain, string said) =>
        Assert.That(ReportFormat.Gain(gain), Is.EqualTo(said));

    [Test]
    public void Reports_EscapeHostileNamesEverywhere()
    {
        var summary = SampleRun.Create(4, Hostile);
        summary = summary with
        {
            Techniques = [Hostile, .. summary.Techniques.Skip(1)],
            ChampionRecipe = Hostile + "\n```\n",
            ChampionTechnique = Hostile,
            Notes = [Hostile],
            Test = new TestResults(
                Hostile,
                [.. summary.Test.Contestants.Select(contestant => contestant with
                {
                    Name = contestant.Name + Hostile,
                    Tasks = [.. contestant.Tasks.Select(task => task with { Task = task.Task + Hostile, Metric = task.Metric + Hostile })],
                })],
                [.. summary.Test.Comparisons.Select(comparison => comparison with { Against = comparison.Against + Hostile })]),
        };

        var page = Parse(HtmlReport.Render(summary, Hostile));
        Assert.That(page.Descendants("script"), Is.Empty);
        Assert.That(page.Descendants("h1").Single().Value, Does.StartWith("</title><script>"), "shown as it is, not obeyed");

        // What Markdown would pass through as HTML stands behind a backslash, outside the fenced recipe and configuration.
        var markdown = MarkdownReport.Render(summary, Hostile);
        Assert.That(
            markdown[..markdown.IndexOf("````yaml", StringComparison.Ordinal)].Replace("\\<", string.Empty, StringComparison.Ordinal),
            Does.Not.Contain("<"));
    }

    [Test]
    public void Html_OfAnyJobName_IsWellFormed() => Prop.ForAll<string>(name =>
    {
        var page = Parse(HtmlReport.Render(SampleRun.Create(2, name ?? string.Empty), name ?? string.Empty));
        return page.Descendants("h1").Count() == 1;
    }).QuickCheckThrowOnFailure();

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(1000)]
    public void Reports_OfAnyLength_CanBeDrawn(int generations)
    {
        var summary = SampleRun.Create(generations);
        var page = Parse(HtmlReport.Render(summary, SampleRun.Configuration));
        Assert.That(
            page.Descendants("svg").Attributes().Select(attribute => attribute.Value),
            Has.None.Contain("NaN").And.None.Contain("Infinity"));
        Assert.That(
            page.Descendants("path").Attributes("d").Select(attribute => attribute.Value), Has.None.Contain("NaN").And.None.Contain("∞"));
    }

    [Test]
    public void Reports_OfARunWithoutAnyValidCandidate_SaySo()
    {
        var summary = SampleRun.Create(3);
        summary = summary with
        {
            History = [.. summary.History.Select(
                record => record with { Summary = record.Summary with { BestFitness = null, MeanFitness = null } })],
            Test = new TestResults("test", [], []),
        };
        var html = HtmlReport.Render(summary, string.Empty);
        Assert.That(html, Does.Contain("no generation has a valid candidate"));
        Assert.That(Parse(html).Descendants("svg").Count(), Is.EqualTo(5));
        Assert.That(HistoryCsv.Render(summary).Split('\n')[1], Does.StartWith("1,,,"));
    }

    [Test]
    public void Html_SpreadsPerplexitiesOfDifferentMagnitudeByLogarithm()
    {
        var summary = SampleRun.Create(2);
        var contestants = summary.Test.Contestants;
        var worst = contestants[1] with { Tasks = [new TaskScore("text", "perplexity", 900, 850, 990, 50)] };
        var best = contestants[0] with { Tasks = [new TaskScore("text", "perplexity", 2, 1.9, 2.1, 50)] };
        var html = HtmlReport.Render(summary with { Test = summary.Test with { Contestants = [best, worst] } }, string.Empty);
        var figure = Parse(html).Descendants("figure").Single(element => (string?)element.Attribute("id") == "tasks");
        var ticks = figure.Descendants("text")
            .Where(element => (string?)element.Attribute("class") == "tick")
            .Select(element => element.Value)
            .ToList();
        Assert.That(ticks, Is.SupersetOf(new List<string> { "2", "10", "100", "500" }));
    }

    [Test]
    public void Write_LeavesEveryFileAndReplacesOldOnes()
    {
        var directory = Directory.CreateTempSubdirectory("reports").FullName;
        try
        {
            ReportWriter.Write(directory, SampleRun.Create(2), SampleRun.Configuration);
            ReportWriter.Write(directory, SampleRun.Create(), SampleRun.Configuration);
            var files = Directory.GetFiles(directory, "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(directory, path).Replace('\\', '/'));
            Assert.That(files, Is.EquivalentTo(new List<string>
            {
                "history.csv", "report.md", "report.html",
                "plots/fitness.svg", "plots/diversity.svg", "plots/techniques.svg", "plots/tasks.svg", "plots/gains.svg",
            }));
            Assert.That(File.ReadAllLines(Path.Combine(directory, "history.csv")), Has.Length.EqualTo(39));
            foreach (var plot in Directory.GetFiles(Path.Combine(directory, "plots")))
            {
                Assert.That(XDocument.Load(plot).Root!.Name.LocalName, Is.EqualTo("svg"));
            }

            var markdown = File.ReadAllText(Path.Combine(directory, "report.md"));
            Assert.That(markdown, Does.Contain("](plots/fitness.svg)").And.Contain("merge_method: ties"));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static XDocument Parse(string html)
    {
        using var reader = XmlReader.Create(new StringReader(html), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }
}
