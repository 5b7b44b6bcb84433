using System.Diagnostics;
using Convergence.Testing;

namespace Convergence.Architecture.Tests;

/// <summary>The build must refuse the calls of BannedSymbols.txt and name what to use instead.</summary>
public sealed class BannedCallsTests
{
    private static readonly (string Call, string Replacement)[] BannedCalls =
    [
        ("_ = System.DateTime.Now", "TimeProvider"),
        ("_ = System.DateTime.UtcNow", "TimeProvider"),
        ("_ = System.DateTimeOffset.UtcNow", "TimeProvider"),
        ("_ = System.Random.Shared", "SearchRandom"),
        ("_ = new System.Random()", "SearchRandom"),
        ("_ = System.Guid.NewGuid()", "Derive ids"),
        ("System.Threading.Thread.Sleep(1)", "Task.Delay"),
    ];

    private string _probe = "";

    [SetUp]
    public void CreateProbe()
    {
        // Inside the repository, so that its build settings apply; below artifacts/, so that git does not see it.
        _probe = Path.Combine(RepositoryRoot.Path, "artifacts", "banned-calls-probe");
        Directory.CreateDirectory(_probe);
        File.WriteAllText(Path.Combine(_probe, "Probe.csproj"), """<Project Sdk="Microsoft.NET.Sdk" />""");
        var lines = BannedCalls.Select(banned => $"        {banned.Call};");
        File.WriteAllText(
            Path.Combine(_probe, "Probe.cs"),
            $"namespace Probe;\n\ninternal static class Probe\n{{\n    public static void Run()\n    "
            + $"{{\n{string.Join('\n', lines)}\n    }}\n}}\n");
    }

    [TearDown]
    public void DeleteProbe() => Directory.Delete(_probe, recursive: true);

    [Test]
    public void Build_OfBannedCalls_FailsAndNamesTheReplacements()
    {
        var output = Build();

        var errors = output.Split('\n').Where(line => line.Contains("error RS0030", StringComparison.Ordinal)).ToList();
        for (var index = 0; index < BannedCalls.Length; index++)
        {
            var position = $"Probe.cs({index + 7},";
            var error = errors.Find(line => line.Contains(position, StringComparison.Ordinal));
            Assert.That(error, Is.Not.Null, $"{BannedCalls[index].Call} was not refused. The build said:\n{output}");
            Assert.That(error, Does.Contain(BannedCalls[index].Replacement));
        }
    }

    [Test]
    public void Sources_SuppressTheRule_OnlyWhereItIsExplained()
    {
        var suppressing = SourceTree.CSharpFiles("src")
            .Where(file => File.ReadAllText(file).Contains("disable RS0030", StringComparison.Ordinal))
            .Select(Path.GetFileName);
        Assert.That(
            suppressing,
            Is.EquivalentTo(["SearchRandom.cs"]),
            "SearchRandom must construct its base class, a seeded Random; nobody else may.");
    }

    private string Build()
    {
        var start = new ProcessStartInfo("dotnet", ["build", "--nologo", "-v", "quiet", _probe])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Not.Zero, "A project full of banned calls was built.");
        return output + errors.Result;
    }
}
