using System.Diagnostics;
using System.Text.Json.Nodes;
using Convergence.Testing;

namespace Convergence.Cli.Tests;

/// <summary>The commands at the top of the README, run as written in a fresh clone of what is committed.</summary>
[NonParallelizable]
public sealed class CleanCloneTests
{
    private TemporaryDirectory _folder = null!;
    private string _clone = "";

    [OneTimeSetUp]
    public void Clone()
    {
        if (!Directory.Exists(RepositoryRoot.Combine(".git")) && !File.Exists(RepositoryRoot.Combine(".git")))
        {
            Assert.Ignore("These sources are no git repository, so there is nothing to clone.");
        }

        _folder = new TemporaryDirectory();
        _clone = Path.Combine(_folder.Path, "clone");
        var cloned = Run(_folder.Path, $"git clone --quiet '{RepositoryRoot.Path}' clone");
        Assert.That(cloned.ExitCode, Is.Zero, cloned.Output);
    }

    [OneTimeTearDown]
    public void Delete() => _folder?.Dispose();

    [Test]
    public void FirstCommand_InACleanClone_EvolvesAModelThatBeatsItsParents()
    {
        var command = ReadmeCommands().First();
        Assert.That(command, Does.StartWith("./convergence evolve "));

        // Two generations of its fifty beat the parents already, in a fourth of the time.
        var run = Run(_clone, command + " --generations 2");

        Assert.That(run.ExitCode, Is.Zero, run.Output);
        Assert.That(run.Output, Does.Contain("generation 2/2 "));
        var results = Path.Combine(_clone, "runs", "evolve-cognates");
        Assert.That(Directory.EnumerateFiles(Path.Combine(results, "model")).Select(Path.GetFileName), Does.Contain("model.safetensors"));
        var handOff = JsonNode.Parse(File.ReadAllText(Path.Combine(results, "result.json")))!;
        Assert.That(handOff["ready_for_quietstar"]!.GetValue<bool>(), Is.True);
        Assert.That(
            handOff["phase_2_metrics"]!["accuracy"]!.GetValue<double>(), Is.GreaterThan(0.9), "Each specialist knows one task of three.");
        Assert.That(run.Output, Does.Contain("significantly better than memory_integration"));
    }

    [Test]
    public void SecondCommand_InACleanClone_BuildsAndRunsTests()
    {
        var command = ReadmeCommands().ElementAt(1);
        Assert.That(command, Is.EqualTo("./test.sh"));

        // The whole suite would run this test again, and so on without end; one class of tests shows that the script works.
        var run = Run(_clone, command + " --filter FullyQualifiedName~ThompsonBandit");

        Assert.That(run.ExitCode, Is.Zero, run.Output);
        Assert.That(run.Output.TrimEnd(), Does.Match(@"\n[1-9][0-9]* passed, 0 failed, [0-9]+ skipped$"));
    }

    /// <summary>The lines of the README's first shell block, their comments taken off.</summary>
    private static IEnumerable<string> ReadmeCommands() =>
        File.ReadLines(RepositoryRoot.Combine("README.md"))
            .SkipWhile(line => line != "```sh")
            .Skip(1)
            .TakeWhile(line => line != "```")
            .Select(line => line.Split('#')[0].Trim());

    private static (int ExitCode, string Output) Run(string directory, string command)
    {
        var start = new ProcessStartInfo("bash", ["-c", command + " 2>&1"])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
        };

        // Whoever built this test had the same sources analysed, which takes as long as compiling them.
        start.Environment["RunAnalyzers"] = "false";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
