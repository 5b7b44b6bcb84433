using System.Text.Json;
using Convergence.Cli.Starting;
using Convergence.Cli.Tests.Support;
using Convergence.Optimization.Configuration;
using Convergence.Testing;

namespace Convergence.Cli.Tests.Optimizing;

public sealed class InitCommandTests
{
    private static readonly string[] FileNames = ["OPTIMIZATION.md", "optimization.yaml", "test_cases.json"];

    private static IEnumerable<string> Presets() => StartingPresets.All.Select(preset => preset.Name);

    [TestCaseSource(nameof(Presets))]
    public void Preset_WritesAConfigurationThatIsReadWithoutAWarning_AndPlans(string preset)
    {
        using var directory = new TemporaryDirectory();
        var result = CliRunner.Run("init", "--preset", preset, "--yes", "-o", directory.Path);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(Directory.GetFiles(directory.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal), Is.EqualTo(FileNames));

        var file = directory.Combine("optimization.yaml");
        var config = OptimizationConfigReader.ReadFile(file);
        var warnings = config.Findings.Where(finding => finding.IsWarning).Select(finding => finding.Message);
        Assert.That(
            warnings.Where(warning => !(preset == "azure" && warning.Contains("your-resource", StringComparison.Ordinal))), Is.Empty,
            "what a preset says does what it seems to");
        Assert.That(
            config.Optimization.Baseline!.Select(entry => entry.Key),
            Is.EquivalentTo(config.SearchSpace.Parameters.Select(parameter => parameter.Name)));

        var plan = CliRunner.Run("optimize", file, "--plan", "--json");
        Assert.That(plan.ExitCode, Is.Zero, plan.ToString());
        Assert.That(plan.JsonLines()[0].GetProperty("calls")[1].GetInt64(), Is.Positive);
        Assert.That(Directory.GetFiles(directory.Path), Has.Length.EqualTo(FileNames.Length), "a plan writes nothing");
        foreach (var name in FileNames)
        {
            Assert.That(File.ReadAllText(directory.Combine(name)), Does.Not.Contain("<<"), "every place is filled in");
        }
    }

    [Test]
    public void Files_AreNotReplaced_UnlessAskedFor()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.Combine("test_cases.json"), "[]");
        var refused = CliRunner.Run("init", "--preset", "openai", "--yes", "-o", directory.Path);
        Assert.That(refused.ExitCode, Is.EqualTo(2));
        Assert.That(refused.Error, Does.Contain("test_cases.json: is there already").And.Contain("--force"));
        Assert.That(Directory.GetFiles(directory.Path), Has.Length.EqualTo(1), "nothing was written");

        Assert.That(CliRunner.Run("init", "--preset", "openai", "--yes", "--force", "-o", directory.Path).ExitCode, Is.Zero);
        Assert.That(File.ReadAllText(directory.Combine("test_cases.json")), Does.Contain("capital_japan"));
    }

    [Test]
    public void Preset_ByTheOriginalsNameOfAnAgent_IsThatAgents()
    {
        using var directory = new TemporaryDirectory();
        var result = CliRunner.Run("init", "--preset", "discord", "--yes", "-o", directory.Path);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(
            File.ReadAllText(directory.Combine("OPTIMIZATION.md")), Does.Contain($"rescore {directory.Combine("results")}`"));
    }

    [TestCase("openia", "Did you mean \"openai\"?")]
    [TestCase("", "is empty")]
    public void Preset_ThatIsNotKnown_IsAClearError(string preset, string said)
    {
        var result = CliRunner.Run("init", "--preset", preset, "--yes");
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.Contain(said));
    }

    [Test]
    public void WithoutATerminal_AskingIsRefused_WithTheChoices()
    {
        var result = CliRunner.Run("init");
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.Contain("nobody can be asked").And.Contain("agno-reddit"));
    }

    [Test]
    public void Questions_AboutAnApiOfOnesOwn_BecomeItsConfiguration()
    {
        using var console = new ScriptedConsole(
            "search service\n", "http://127.0.0.1:9/search\n", "SEARCH_KEY\n", "data.answer\n",
            "depth\n", "↓\n", "1\n", "9\n", "3\n", // a whole number in a range
            "mode\n", "↓↓\n", "fast, exact\n", // one of some values
            "\n", "250\n");
        var preset = StartingPresets.All.Single(preset => preset.Name == "custom");
        var answers = new StartingQuestions(console).Ask(preset);

        using var directory = new TemporaryDirectory();
        StartingFiles.Write(directory.Path, StartingFiles.Render(preset, answers, "optimization.yaml"), replaces: false);
        var config = OptimizationConfigReader.ReadFile(directory.Combine("optimization.yaml"));
        Assert.Multiple(() =>
        {
            Assert.That(config.Findings.Where(finding => finding.IsWarning), Is.Empty);
            Assert.That(config.Api.Name, Is.EqualTo("search service"));
            Assert.That(config.Api.Auth.TokenEnvironment, Is.EqualTo("SEARCH_KEY"));
            Assert.That(config.Api.Response.ResultField, Is.EqualTo("data.answer"));
            Assert.That(config.SearchSpace.Parameters.Select(parameter => parameter.Name), Is.EqualTo(new[] { "depth", "mode" }));
            Assert.That(config.SearchSpace.Parameters[0], Has.Property("Min").EqualTo(1).And.Property("Max").EqualTo(9));
            Assert.That(config.Optimization.Baseline!.ToJsonString(), Is.EqualTo("""{"depth":3,"mode":"fast"}"""));
            Assert.That(config.Optimization.Budget.Calls, Is.EqualTo(250));
        });
    }

    [Test]
    public void Questions_AnsweredByEnterAlone_GiveThePreset()
    {
        using var console = new ScriptedConsole("\n", "\n", "\n", "\n", "\n", "\n");
        var questions = new StartingQuestions(console);
        var preset = questions.AskPreset();
        var answers = questions.Ask(preset);
        Assert.That(preset.Name, Is.EqualTo("openai"), "the first one");
        Assert.That(JsonSerializer.Serialize(answers), Is.EqualTo(JsonSerializer.Serialize(preset.Defaults)));
    }
}
