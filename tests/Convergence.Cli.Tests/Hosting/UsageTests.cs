using Convergence.Cli.Help;
using Convergence.Cli.Hosting;
using Convergence.Cli.Tests.Support;

namespace Convergence.Cli.Tests.Hosting;

public sealed class UsageTests
{
    private static readonly string[] Commands = ["evolve", "merge", "eval", "inspect", "generate", "diff", "extract-lora", "reproduce"];

    [Test]
    public void Version_PrintsNameAndNumber()
    {
        var result = CliRunner.Run("--version");
        Assert.That(result.ExitCode, Is.Zero);
        Assert.That(result.Output.Trim(), Does.Match(@"^convergence \d+\.\d+\.\d+$"));
    }

    [Test]
    public void Help_OfTheRoot_NamesEveryCommandAndExitCode()
    {
        var result = CliRunner.Run("--help");
        Assert.That(result.ExitCode, Is.Zero);
        foreach (var command in Commands)
        {
            Assert.That(result.Output, Does.Contain($"  {command} "));
        }

        Assert.That(result.Output, Does.Contain("Exit codes:").And.Contain("130  cancelled"));
    }

    [TestCaseSource(nameof(Commands))]
    public void Help_OfACommand_ShowsUsageOptionsExamplesAndExitCodes(string command)
    {
        var result = CliRunner.Run(command, "--help");
        Assert.That(result.ExitCode, Is.Zero);
        Assert.That(result.Output, Does.Contain($"convergence {command} <"));
        Assert.That(result.Output, Does.Contain("--json"));
        Assert.That(result.Output, Does.Contain("Examples:\n  # ").And.Contain($"\n  convergence {command} "));
        Assert.That(result.Output, Does.Contain("    2  bad input"));
        Assert.That(result.Error, Is.Empty);
    }

    [Test]
    public void Help_ExamplesOfEveryCommand_CanBeParsed()
    {
        using var output = new StringWriter();
        var root = CliApplication.CreateRoot(
            new CliContext(new Terminal(output, output, false), TimeProvider.System, CancellationToken.None));
        var examples = root.Subcommands.OfType<DocumentedCommand>().Append(root).SelectMany(command => command.Examples).ToList();
        Assert.That(examples, Has.Count.GreaterThan(10));
        foreach (var (purpose, commandLine) in examples)
        {
            var parsed = root.Parse(commandLine.Split(" | ")[0]["convergence ".Length..]);
            Assert.That(UsageProblem.Find(parsed), Is.Null, purpose);
        }
    }

    [TestCase("MODEL", "generate", "", "--prompt", "x")]
    [TestCase("RECIPE", "merge", "", "-o", "merged")]
    [TestCase("--out", "merge", "recipe.yaml", "-o", "")]
    [TestCase("CONFIG", "evolve", "")]
    [TestCase("--resume", "evolve", "job.yaml", "--resume", "")]
    [TestCase("--tasks", "eval", "model", "--tasks", "")]
    [TestCase("--html", "doctor", "model", "--html", "")]
    [TestCase("LOCK", "reproduce", "")]
    [TestCase("B", "diff", "model", "")]
    public void EmptyWord_IsRefusedByName(string name, params string[] args)
    {
        var result = CliRunner.Run(args);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.BadInput), result.ToString());
        Assert.That(result.Error, Does.StartWith($"error: {name}: is empty."));
    }

    [Test]
    public void NoArguments_ShowsTheHelpAndSaysThatNothingWasDone()
    {
        var result = CliRunner.Run();
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.BadInput));
        Assert.That(result.Output, Does.Contain("Usage:"));
    }

    [TestCase("evolv job.yaml", "there is no command 'evolv'. Did you mean \"evolve\"?")]
    [TestCase("evolve job.yaml --sed 3", "there is no option '--sed'. Did you mean \"--seed\"?")]
    [TestCase("evolve job.yaml --generation=3", "there is no option '--generation'. Did you mean \"--generations\"?")]
    [TestCase("inspect -x", "there is no option '-x'.")]
    [TestCase("evolve", "Required argument missing for command: 'evolve'.")]
    [TestCase("merge recipe.yaml", "Option '--out' is required.")]
    [TestCase(
        "merge recipe.yaml -o m --shard-size 5B",
        "--shard-size: '5B' is 5 bytes; the least is 1000. B stands for bytes, not for a billion parameters: write for example 5GB.")]
    [TestCase(
        "merge recipe.yaml -o m --dialect mergkit",
        "--dialect: 'mergkit' is not known. Did you mean \"mergekit\"? It is one of evomerge, mergekit.")]
    [TestCase("generate model", "Option '--prompt' is required.")]
    [TestCase("generate model --prompt a --top-p 3", "--top-p: '3' is not a number in [1E-06, 1].")]
    [TestCase("generate model --prompt a --temperature=-1", "--temperature: '-1' is not a number in [0, 1000].")]
    [TestCase("generate model --prompt a --max-new-tokens many", "--max-new-tokens: 'many' is not a number in [1, 1000000].")]
    [TestCase("eval model --tasks t.yaml --limit 0", "--limit: '0' is not a number in [1, 2147483647].")]
    [TestCase("inspect a b", "Unrecognized command or argument 'b'.")]
    public void BadUsage_SaysWhatIsWrongAndWhereHelpIs(string commandLine, string message)
    {
        var result = CliRunner.Run(commandLine.Split(' '));
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.BadInput));
        Assert.That(result.Error, Does.StartWith($"error: {message}\nSee 'convergence"));
        Assert.That(result.Output, Is.Empty);
    }

    [Test]
    public void Error_WithJson_IsAnObjectToo()
    {
        var result = CliRunner.Run("inspect", "/nowhere/at/all", "--json");
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.BadInput));
        var line = result.JsonLines().Single();
        Assert.That(line.GetProperty("event").GetString(), Is.EqualTo("error"));
        Assert.That(line.GetProperty("exit_code").GetInt32(), Is.EqualTo(ExitCode.BadInput));
        Assert.That(result.Error, Does.StartWith($"error: {line.GetProperty("message").GetString()}"));
    }

    [Test]
    public void Process_PassesExitCodeAndStreamsOn()
    {
        var version = CliProcess.Run(Path.GetTempPath(), "--version");
        Assert.That(version.ExitCode, Is.Zero, version.ToString());
        Assert.That(version.Output, Does.StartWith("convergence "));

        var refused = CliProcess.Run(Path.GetTempPath(), "inspect", "no-such-thing");
        Assert.That(refused.ExitCode, Is.EqualTo(ExitCode.BadInput));
        Assert.That(refused.Output, Is.Empty);
        Assert.That(refused.Error, Does.StartWith("error: no-such-thing: does not exist.").And.Not.Contain("   at "));
    }
}
