using System.Text.Json.Nodes;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Results;
using Convergence.Optimization.Runs;
using Convergence.Testing;

namespace Convergence.Optimization.Tests.Results;

public sealed class ResultWriterTests
{
    private static readonly string[] AllFiles =
    [
        "README.md", "best_config.json", "detailed_results.csv", "detailed_results.json", "experiments.csv", "report.html", "report.md",
        "result.json",
    ];

    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public void Write_WithAllFormats_LeavesTheOriginalsFilesAndThePage()
    {
        var written = ResultWriter.Write(_directory.Path, SampleResult.Small, SampleResult.Settings);
        Assert.That(FileNames(_directory.Path), Is.EqualTo(AllFiles));
        Assert.That(written.Select(Path.GetFileName), Is.EquivalentTo(AllFiles));
    }

    [TestCase("json", "best_config.json,detailed_results.json")]
    [TestCase("csv", "detailed_results.csv,experiments.csv")]
    [TestCase("markdown", "report.md")]
    [TestCase("html", "report.html")]
    public void Write_WithOneFormat_WritesThatAlone(string format, string files)
    {
        ResultWriter.Write(_directory.Path, SampleResult.Small, SampleResult.Settings with { Formats = [format] });
        Assert.That(
            FileNames(_directory.Path), Is.EqualTo(files.Split(',').Concat(["README.md", "result.json"]).Order(StringComparer.Ordinal)));
    }

    [Test]
    public void BestConfig_HasTheOriginalsKeys()
    {
        var json = Read("best_config.json").AsObject();
        var readme = json["_README"]!.AsObject();
        Assert.That(Keys(json), Is.EqualTo("_README config".Split(' ')));
        Assert.That(
            Keys(readme),
            Is.EqualTo("description how_to_use score_achieved score_scale timestamp optimization_run test_cases_evaluated".Split(' ')));
        Assert.That(readme["how_to_use"]!.GetValue<string>(), Does.Contain("sample <api>"), "the API that was optimised");
        Assert.That(readme["score_achieved"]!.GetValue<double>(), Is.EqualTo(1));
        Assert.That(readme["timestamp"]!.GetValue<string>(), Is.EqualTo("2026-03-04T05:06:07Z"));
        Assert.That(readme["test_cases_evaluated"]!.GetValue<int>(), Is.EqualTo(2));
        Assert.That(json["config"]!["stream"]!.GetValue<bool>(), Is.False);
    }

    [Test]
    public void DetailedResults_HaveTheOriginalsKeys_AndAFailureHasAnErrorInPlaceOfCases()
    {
        var list = Read("detailed_results.json").AsArray();
        Assert.That(Keys(list[0]!), Is.EqualTo("config score metrics generation timestamp test_results".Split(' ')));
        var calls = list[0]!["test_results"]!.AsArray();
        var keys = "test_case_id input response_text response score metrics latency_ms cost_usd success error".Split(' ');
        Assert.That(Keys(calls[0]!), Is.EqualTo(keys));
        Assert.That(Keys(calls[1]!), Is.EqualTo(keys.Append("held_out")));
        Assert.That(calls[0]!["response"]!["text"]!.GetValue<string>(), Is.EqualTo("Tokyo"));
        Assert.That(Keys(list[1]!), Is.EqualTo("config score metrics generation timestamp error".Split(' ')));
        Assert.That(list[1]!["score"], Is.Null, "a failure is missing, it is no 0");
        Assert.That(list[1]!["timestamp"]!.GetValue<string>(), Is.EqualTo("2026-03-04T05:06:08.500000"));
    }

    [Test]
    public void Tables_AreWrittenAsPythonDoes()
    {
        ResultWriter.Write(_directory.Path, SampleResult.Small, SampleResult.Settings);
        Assert.That(
            File.ReadAllText(_directory.Combine("experiments.csv")),
            Is.EqualTo(
                "generation,score,stop,stream,note,none,top_k\r\n"
                + "1,1.0,['\\n\\n'],False,\"a, \"\"b\"\"\",,\r\n"
                + "2,,,True,,,4\r\n"));
        Assert.That(
            File.ReadAllText(_directory.Combine("detailed_results.csv")),
            Is.EqualTo(
                "generation,test_case_id,stop,stream,note,none,top_k,score,latency_ms,cost_usd,success\r\n"
                + "1,capital,['\\n\\n'],False,\"a, \"\"b\"\"\",,,1.0,250.0,2e-05,True\r\n"));
    }

    [Test]
    public void Report_SaysTheVerdict_AndEveryConfiguration()
    {
        ResultWriter.Write(_directory.Path, SampleResult.Large, SampleResult.Settings);
        var report = File.ReadAllText(_directory.Combine("report.md"));
        Assert.That(report, Does.Contain("Not decided: the winner is 0.0400 better").And.Contain("sample \\<api\\>"));
        Assert.That(report, Does.Contain("\n| Test Case | Score | Latency (ms) | Cost ($) | Status |\n"));
        Assert.That(report, Does.Contain("\n### Configuration 60\n").And.Contain("**Overall Score**"));
        Assert.That(report, Does.Contain("## Parameter Importance"));
        Assert.That(File.ReadAllText(_directory.Combine("README.md")), Does.Contain("report.html").And.Contain("Not decided"));
    }

    [Test]
    public void Write_WithoutAnswers_KeepsNoneAnywhere()
    {
        ResultWriter.Write(_directory.Path, SampleResult.Small, SampleResult.Settings with { SavesAllExperiments = false });
        foreach (var file in Directory.GetFiles(_directory.Path))
        {
            Assert.That(File.ReadAllText(file), Does.Not.Contain("Tokyo"), file);
        }
    }

    [Test]
    public void Write_OfNothingScored_StillReports()
    {
        var nothing = SampleResult.Result([SampleResult.Small.Configurations[1] with { Id = 0 }]);
        ResultWriter.Write(_directory.Path, nothing, SampleResult.Settings);
        Assert.That(File.ReadAllText(_directory.Combine("report.html")), Does.Contain("No configuration could be scored"));
        Assert.That(Parse("best_config.json")["config"], Is.Null);
    }

    [Test]
    public void Write_WithAnExport_WritesItWhereItIsWanted()
    {
        var place = _directory.Combine("deploy", "best.py");
        ResultWriter.Write(
            _directory.Path, SampleResult.Small, SampleResult.Settings with { Export = new BestConfigExport("python", place) });
        Assert.That(File.ReadAllText(place), Does.Contain("\nBEST_CONFIG = {\n    'stop': ['\\n\\n'],\n    'stream': False,\n"));
    }

    [Test]
    public void ReadBack_GivesTheSameFilesAgain()
    {
        foreach (var result in (OptimizationResult[])[SampleResult.Small with { Verdict = SampleResult.Decided }, SampleResult.Large])
        {
            using var again = new TemporaryDirectory();
            ResultWriter.Write(_directory.Path, result, SampleResult.Settings);
            var (read, settings) = ResultFile.Read(_directory.Path);
            ResultWriter.Write(again.Path, read, settings);
            foreach (var name in AllFiles)
            {
                Assert.That(File.ReadAllText(again.Combine(name)), Is.EqualTo(File.ReadAllText(_directory.Combine(name))), name);
            }
        }
    }

    private JsonNode Read(string name)
    {
        ResultWriter.Write(_directory.Path, SampleResult.Small, SampleResult.Settings);
        return Parse(name);
    }

    private JsonNode Parse(string name) => JsonNode.Parse(File.ReadAllText(_directory.Combine(name)))!;

    private static IEnumerable<string> Keys(JsonNode node) => node.AsObject().Select(entry => entry.Key);

    private static IEnumerable<string?> FileNames(string directory) =>
        Directory.GetFiles(directory).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
