using System.Text;
using Convergence.Cli.Hosting;
using Convergence.Cli.Tests.Support;
using Convergence.Testing;

namespace Convergence.Cli.Tests.Optimizing;

/// <summary>optimize where the provider or the disk gives out.</summary>
[NonParallelizable]
public sealed class OptimizeFaultTests
{
    private TemporaryDirectory _directory = null!;

    private string Config => _directory.Combine("optimization.yaml");

    private string Results => _directory.Combine("results");

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public void Run_WhoseKeyIsRefusedOnTheWay_EndsUnfinishedWithItsOwnCode_AndGoesOnLater()
    {
        var isRefusing = true;
        using var server = new FailingServer(number => isRefusing && number > 20 ? (401, "no") : (200, $"{number % 7}"));
        MakeConfiguration(server);

        var cut = CliRunner.Run("optimize", Config, "--json");
        Assert.That(cut.ExitCode, Is.EqualTo(ExitCode.CutShort), cut.ToString());
        var result = cut.JsonLines()[^1];
        Assert.Multiple(() =>
        {
            Assert.That(result.GetProperty("success").GetBoolean(), Is.False);
            Assert.That(result.GetProperty("cut_short").GetBoolean(), Is.True);
            Assert.That(result.GetProperty("verdict").GetProperty("advice").GetString(), Is.EqualTo("not_finished"));
            Assert.That(File.ReadAllText(Path.Combine(Results, "report.html")), Does.Contain("Not finished: "));
            Assert.That(CliRunner.Run("report", Results).ExitCode, Is.EqualTo(ExitCode.CutShort));
            Assert.That(CliRunner.Run("rescore", Results).ExitCode, Is.EqualTo(ExitCode.CutShort));
        });

        isRefusing = false;
        var whole = CliRunner.Run("optimize", Config);
        Assert.That(whole.ExitCode, Is.Zero, whole.ToString());
        Assert.That(whole.Output, Does.Not.Contain("Not finished"));
    }

    [Test]
    [Platform("Linux", Reason = "a limit on the size of files, which stands in for a full disk here, is set the Unix way")]
    public void Run_OnAFullDisk_StopsPayingAtOnce_AndGoesOnWithSpace()
    {
        using var server = new FailingServer(number => (200, new string('x', 500 + (number * 977 % 9000))));
        MakeConfiguration(server);

        // The runtime maps its own code through a file, which the limit would forbid.
        var script = $"export DOTNET_EnableWriteXorExecute=0; ulimit -f 128; exec dotnet '{CliProcess.ProgramPath}' optimize '{Config}'";
        var refused = CliProcess.RunProgram(_directory.Path, "bash", "-c", script);

        var kept = File.ReadAllText(Path.Combine(Results, "cassette.jsonl"));
        Assert.Multiple(() =>
        {
            Assert.That(refused.ExitCode, Is.EqualTo(ExitCode.BadInput), refused.ToString());
            Assert.That(refused.Error, Does.Contain("cassette.jsonl: cannot be written").And.Contain("Make room"));
            Assert.That(kept, Does.EndWith("}\n"), "half a line is taken off");
            Assert.That(
                server.Count,
                Is.LessThanOrEqualTo(kept.Split('\n').Count(line => line.Contains("\"request\"", StringComparison.Ordinal)) + 5),
                "what was under way alone is lost");
        });

        var after = CliRunner.Run("optimize", Config);
        Assert.That(after.ExitCode, Is.Zero, after.ToString());
    }

    [Test]
    public void Run_WithSecretsInItsFile_ThatTheProviderEchoes_WritesThemNowhere()
    {
        string[] secrets = ["AIza-in-the-query", "literal-in-a-header"];
        using var server = new FailingServer(number => (number % 9 == 0 ? 400 : 200, $"{number} {string.Join(' ', secrets)}"));
        MakeConfiguration(server);
        File.WriteAllText(Config, File.ReadAllText(Config)
            .Replace("/v1/chat/completions", $"/v1/chat/completions?key={secrets[0]}", StringComparison.Ordinal)
            .Replace("request: {", $"request: {{headers: {{X-Api-Key: {secrets[1]}}}, ", StringComparison.Ordinal));

        CliResult[] results =
        [
            CliRunner.Run("doctor", Config), CliRunner.Run("optimize", Config),
            CliRunner.Run("rescore", Results), CliRunner.Run("report", Results),
        ];

        var files = Directory.GetFiles(_directory.Path, "*", SearchOption.AllDirectories).Where(file => file != Config).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(results.Select(result => result.ExitCode), Has.All.Zero, string.Join('\n', results.AsEnumerable()));
            Assert.That(files.Select(Path.GetExtension), Has.Some.EqualTo(".db"));
            foreach (var secret in secrets)
            {
                Assert.That(results.Select(result => result.ToString()), Has.None.Contain(secret));
                Assert.That(files.Where(file => Encoding.Latin1.GetString(File.ReadAllBytes(file)).Contains(secret)), Is.Empty);
            }
        });
    }

    private void MakeConfiguration(FailingServer server)
    {
        Assert.That(CliRunner.Run("init", "--preset", "local", "--yes", "-o", _directory.Path).ExitCode, Is.Zero);
        File.WriteAllText(Config, File.ReadAllText(Config)
            .Replace("127.0.0.1:8080", $"127.0.0.1:{server.Port}", StringComparison.Ordinal)
            .Replace("generations: 5", "generations: 3", StringComparison.Ordinal));
    }
}
