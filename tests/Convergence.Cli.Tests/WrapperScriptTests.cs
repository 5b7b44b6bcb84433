using System.Diagnostics;
using Convergence.Testing;

namespace Convergence.Cli.Tests;

/// <summary>The script <c>./convergence</c>, with a stand-in for <c>dotnet</c> that writes down how it was called.</summary>
[Platform(Exclude = "Win", Reason = "the script is for Unix shells; Windows uses dotnet run")]
public sealed class WrapperScriptTests
{
    private const string FakeDotnet = """
        #!/usr/bin/env bash
        echo "$PWD|$*" >> "$FAKE_ROOT/calls"
        if [[ $1 == publish ]]; then
          if [[ -f $FAKE_ROOT/fail ]]; then echo 'error CS0000: broken'; exit 1; fi
          if [[ -f $FAKE_ROOT/no-package && $* == *PublishReadyToRun* ]]; then echo 'error NU1101: no such package'; exit 1; fi
          mkdir -p "$FAKE_ROOT/artifacts/command/program"
          echo built > "$FAKE_ROOT/artifacts/command/program/convergence.dll"
          echo 'a line of build output'
          exit 0
        fi
        echo "ran ${*:2}"
        exit "${FAKE_EXIT:-0}"
        """;

    private TemporaryDirectory _directory = null!;

    private string Root => _directory.Combine("repository");

    [SetUp]
    public void MakeRepository()
    {
        _directory = new TemporaryDirectory();
        Directory.CreateDirectory(Path.Combine(Root, "src", "Convergence.Cli"));
        Directory.CreateDirectory(Path.Combine(Root, "src", "Convergence.Tensors"));
        Directory.CreateDirectory(_directory.Combine("bin"));
        File.Copy(RepositoryRoot.Combine("convergence"), Path.Combine(Root, "convergence"));
        File.WriteAllText(Path.Combine(Root, "global.json"), "{}");
        File.WriteAllText(Path.Combine(Root, "Directory.Build.props"), "<Project/>");
        File.WriteAllText(Path.Combine(Root, "src", "Convergence.Tensors", "A.cs"), "// a");
        WriteScript(_directory.Combine("bin", "dotnet"), FakeDotnet);
    }

    [TearDown]
    public void RemoveRepository() => _directory.Dispose();

    [Test]
    public void FirstCall_BuildsQuietlyThenRuns()
    {
        var result = Call(Root, "inspect", "a b");
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Output, Is.EqualTo("ran inspect a b\n"), "nothing of a good build is shown");
        Assert.That(Builds(), Is.EqualTo(1));
    }

    [Test]
    public void LaterCalls_BuildOnlyAfterAChange()
    {
        Call(Root, "--version");
        Call(Root, "--version");
        Assert.That(Builds(), Is.EqualTo(1), "nothing has changed");

        Touch("src/Convergence.Tensors/A.cs", "// b");
        Call(Root, "--version");
        Assert.That(Builds(), Is.EqualTo(2), "a library's source has changed");

        File.Delete(Path.Combine(Root, "src", "Convergence.Tensors", "A.cs"));
        Call(Root, "--version");
        Assert.That(Builds(), Is.EqualTo(3), "a source is gone");

        Directory.Delete(Path.Combine(Root, "artifacts", "command", "program"), recursive: true);
        Call(Root, "--version");
        Call(Root, "--version");
        Assert.That(Builds(), Is.EqualTo(4), "the program is gone");
    }

    [Test]
    public void FailedBuild_ShowsItsOutputAndDoesNotRun()
    {
        File.WriteAllText(Path.Combine(Root, "fail"), string.Empty);
        var result = Call(Root, "--version");
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.Contain("error CS0000: broken").And.Contain("error: the build failed"));
        Assert.That(result.Output, Is.Empty);

        File.Delete(Path.Combine(Root, "fail"));
        Assert.That(Call(Root, "--version").ExitCode, Is.Zero, "the next call tries again");
    }

    [Test]
    public void FirstCall_CompilesAheadOfTime()
    {
        Call(Root, "--version");
        Assert.That(Calls()[0], Does.Contain("PublishReadyToRun=true"));
    }

    [Test]
    public void FirstCall_WithoutTheCompilersPackage_BuildsPlainlyAndSaysSo()
    {
        File.WriteAllText(Path.Combine(Root, "no-package"), string.Empty);
        var result = Call(Root, "--version");
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Output, Is.EqualTo("ran --version\n"));
        Assert.That(result.Error, Does.StartWith("note: built without compiling ahead of time"));

        Assert.That(Call(Root, "--version").Error, Is.Empty, "a plain build is a build: nothing to do");
        Assert.That(Builds(), Is.EqualTo(2), "one that failed, one that did not");
    }

    [Test]
    public void Call_ThroughALinkFromAnotherDirectory_KeepsTheCallersDirectoryAndExitCode()
    {
        var elsewhere = Directory.CreateDirectory(_directory.Combine("else where")).FullName;
        File.CreateSymbolicLink(Path.Combine(elsewhere, "link"), Path.Combine(Root, "convergence"));
        var result = Call(elsewhere, script: "./link", exitCode: 130, "evolve", "job.yaml");
        Assert.That(result.ExitCode, Is.EqualTo(130));
        Assert.That(Calls()[^1], Is.EqualTo($"{elsewhere}|{Root}/artifacts/command/program/convergence.dll evolve job.yaml"));
    }

    [Test]
    public void ConcurrentFirstCalls_BuildOnce()
    {
        if (!File.Exists("/usr/bin/flock") && !File.Exists("/bin/flock"))
        {
            Assert.Ignore("flock is not installed; without it concurrent calls may build twice.");
        }

        Parallel.For(0, 4, _ => Call(Root, "--version"));
        Assert.That(Builds(), Is.EqualTo(1));
        Assert.That(Calls(), Has.Length.EqualTo(5));
    }

    private (int ExitCode, string Output, string Error) Call(string workingDirectory, params string[] args) =>
        Call(workingDirectory, Path.Combine(Root, "convergence"), exitCode: 0, args);

    private (int ExitCode, string Output, string Error) Call(string workingDirectory, string script, int exitCode, params string[] args)
    {
        var start = new ProcessStartInfo("bash")
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])[script, .. args])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["PATH"] = _directory.Combine("bin") + ":" + Environment.GetEnvironmentVariable("PATH");
        start.Environment["FAKE_ROOT"] = Root;
        start.Environment["FAKE_EXIT"] = exitCode.ToString(System.Globalization.CultureInfo.InvariantCulture);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    private string[] Calls() => File.ReadAllLines(Path.Combine(Root, "calls"));

    private int Builds() => Calls().Count(call => call.Contains("|publish ", StringComparison.Ordinal));

    /// <summary>Changes a file; its time is set a little ahead, because file systems may keep whole ticks only.</summary>
    private void Touch(string file, string content)
    {
        var path = Path.Combine(Root, file);
        File.WriteAllText(path, content);
        File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddSeconds(1));
    }

    private static void WriteScript(string path, string text)
    {
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
