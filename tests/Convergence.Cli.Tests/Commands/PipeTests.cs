using Convergence.Cli.Hosting;
using Convergence.Cli.Tests.Support;
using Convergence.Testing;

namespace Convergence.Cli.Tests.Commands;

/// <summary>A pipe or a device in the place of a file is refused with the cure: nobody waits for somebody to write.</summary>
[Platform(Exclude = "Win", Reason = "pipes and devices have names on Unix")]
public sealed class PipeTests
{
    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void MakePipe()
    {
        _directory = new TemporaryDirectory();
        TinyJob.Write(_directory.Path);
    }

    [TearDown]
    public void RemovePipe() => _directory.Dispose();

    [TestCase("evolve", "pipe.yaml")]
    [TestCase("evolve", "job.yaml", "--resume", "pipe.yaml")]
    [TestCase("merge", "pipe.yaml", "-o", "merged")]
    [TestCase("eval", "base", "--tasks", "pipe.yaml")]
    [TestCase("inspect", "pipe.yaml")]
    public void NamedPipe_IsRefused(params string[] args)
    {
        Assert.That(CliProcess.RunProgram(_directory.Path, "mkfifo", "pipe.yaml").ExitCode, Is.Zero);
        AssertRefused("pipe.yaml", args);
    }

    [TestCase("search.yaml")]
    [TestCase("search.u16")]
    [TestCase("base/config.json")]
    [TestCase("reasoning/model.safetensors")]
    public void NamedPipe_AmongAJobsFiles_IsRefused(string file)
    {
        File.Delete(_directory.Combine(file));
        Assert.That(CliProcess.RunProgram(_directory.Path, "mkfifo", file).ExitCode, Is.Zero);
        AssertRefused(Path.GetFileName(file), ["evolve", "job.yaml"]);
    }

    [TestCase("/dev/null")]
    [TestCase("/dev/zero")]
    public void Device_IsRefused(string device) => AssertRefused(device, ["evolve", device]);

    [Test]
    public void LinkToAPipe_IsRefused_AndLinkToAFileIsNot()
    {
        Assert.That(CliProcess.RunProgram(_directory.Path, "mkfifo", "pipe").ExitCode, Is.Zero);
        File.CreateSymbolicLink(_directory.Combine("to-pipe.yaml"), "pipe");
        AssertRefused("to-pipe.yaml", ["evolve", "to-pipe.yaml"]);

        File.CreateSymbolicLink(_directory.Combine("to-job.yaml"), "job.yaml");
        var linked = CliRunner.Run("evolve", _directory.Combine("to-job.yaml"), "--generations", "1");
        Assert.That(linked.ExitCode, Is.Zero, linked.ToString());
    }

    // On a thread of its own, for a command that opened the pipe would wait for ever.
    private void AssertRefused(string name, string[] args)
    {
        string[] absolute = [.. args.Select((arg, place) => place == 0 || arg.StartsWith('-') ? arg : _directory.Combine(arg))];
        var run = Task.Run(() => CliRunner.Run(absolute));
        Assert.That(run.Wait(TimeSpan.FromSeconds(30)), Is.True, "the command waits for a writer");
        Assert.That(run.Result.ExitCode, Is.EqualTo(ExitCode.BadInput), run.Result.ToString());
        Assert.That(run.Result.Error, Does.StartWith("error: ").And.Contain(name).And.Contain("a pipe or a device, which is not read"));
    }
}
