using System.Text.Json;
using Convergence.Cli.Tests.Support;
using Convergence.Testing;

namespace Convergence.Cli.Tests.Optimizing;

/// <summary>optimize and what follows it, against real models behind a real server.</summary>
[NonParallelizable]
public sealed class OptimizeCommandTests
{
    private SpecialistServer _server = null!;
    private TemporaryDirectory _directory = null!;

    private string Config => _directory.Combine("optimization.yaml");

    private string Results => _directory.Combine("results");

    [OneTimeSetUp]
    public async Task StartServer() => _server = await SpecialistServer.StartAsync();

    [OneTimeTearDown]
    public async Task StopServer() => await _server.DisposeAsync();

    [SetUp]
    public void MakeConfiguration()
    {
        _directory = new TemporaryDirectory();
        Assert.That(CliRunner.Run("init", "--preset", "local", "--yes", "-o", _directory.Path).ExitCode, Is.Zero);
        Change("127.0.0.1:8080", $"127.0.0.1:{_server.Port}");
        Change("population_size: 8", "population_size: 6");
        Change("generations: 5", "generations: 2");
    }

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public void Run_FindsTheModelThatCan_AndSaysWhetherToShipIt()
    {
        var result = CliRunner.Run("optimize", Config);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(result.Output, Does.Contain("generation 1/2  best ").And.Contain("corrected, 95 % interval"));
        Assert.That(result.Output, Does.Contain("Ship it: ").And.Contain("\"adaptive_computation\""));
        Assert.That(
            File.ReadAllText(Path.Combine(Results, "best_config.json")), Does.Contain("adaptive_computation").And.Contain("my_models"));
        Assert.That(File.ReadAllText(Path.Combine(Results, "report.html")), Does.Contain("Ship it: "));
        Assert.That(File.ReadAllText(_directory.Combine("best_config.json")), Does.Contain("adaptive_computation"), "the export");
    }

    [Test]
    public void Run_AgainWithTheSameFile_CallsNothingAndFindsTheSame()
    {
        var first = Last(CliRunner.Run("optimize", Config, "--json"));
        var again = Last(CliRunner.Run("optimize", Config, "--json"));
        Assert.Multiple(() =>
        {
            Assert.That(first.GetProperty("calls").GetInt64(), Is.Positive);
            Assert.That(first.GetProperty("kept_calls").GetInt64(), Is.Zero);
            Assert.That(first.GetProperty("verdict").GetProperty("advice").GetString(), Is.EqualTo("ship"));
            Assert.That(again.GetProperty("kept_calls").GetInt64(), Is.EqualTo(first.GetProperty("calls").GetInt64()));
            foreach (var key in (string[])["calls", "best_config", "best_score", "estimate", "verdict", "optimization_run_id"])
            {
                Assert.That(again.GetProperty(key).GetRawText(), Is.EqualTo(first.GetProperty(key).GetRawText()), key);
            }
        });
    }

    [Test]
    public void ReportRescoreAndInspect_WorkOnWhatTheRunLeft()
    {
        Assert.That(CliRunner.Run("optimize", Config, "-o", Results).ExitCode, Is.Zero);
        var page = File.ReadAllText(Path.Combine(Results, "report.html"));
        var copies = _directory.Combine("copies");
        var reported = CliRunner.Run("report", Results, "-o", copies);
        Assert.That(reported.ExitCode, Is.Zero, reported.ToString());
        Assert.That(File.ReadAllText(Path.Combine(copies, "report.html")), Is.EqualTo(page));

        Change("accuracy: {weight: 0.9,", "accuracy: {weight: 0.0,");
        Change("latency_ms: {weight: 0.1,", "latency_ms: {weight: 1.0,");
        var rescored = CliRunner.Run("rescore", Results, "--json");
        Assert.That(rescored.ExitCode, Is.Zero, rescored.ToString());
        Assert.That(Last(rescored).GetProperty("stop_reason").GetString(), Does.Contain("nothing was called"));
        Assert.That(File.ReadAllText(Path.Combine(Results, "report.html")), Is.EqualTo(page), "the run's own results stay");
        var metrics = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Path.Combine(Results, "rescored", "result.json")))
            .GetProperty("settings").GetProperty("metrics");
        Assert.That(metrics[0].GetProperty("weight").GetDouble(), Is.Zero);

        var inspected = CliRunner.Run("inspect", Results);
        Assert.That(inspected.Output, Does.StartWith("optimization_run  ").And.Contain("best configuration: {"), inspected.ToString());
    }

    [Test]
    public void Run_OfAnotherConfigurationInTheSamePlace_IsRefused_UntilItIsRestarted()
    {
        Assert.That(CliRunner.Run("optimize", Config).ExitCode, Is.Zero);
        Change("temperature: {type: float, min: 0.0, max: 1.5}", "temperature: {type: float, min: 0.0, max: 1.0}");
        var refused = CliRunner.Run("optimize", Config);
        Assert.That(refused.ExitCode, Is.EqualTo(2), refused.ToString());
        Assert.That(refused.Error, Does.Contain("--restart"));
        Assert.That(CliRunner.Run("optimize", Config, "--restart").ExitCode, Is.Zero);
    }

    [Test]
    public void Run_ThatIsCancelled_SaysHowToGoOn()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var result = CliRunner.Run(stop.Token, "optimize", Config, "--seed", "7", "--budget-usd", "0.5", "--json");
        Assert.That(result.ExitCode, Is.EqualTo(130), result.ToString());
        Assert.That(result.Error, Does.Contain("every answer is kept").And.Contain($"optimize {Config} --seed 7 --budget-usd 0.5"));
        Assert.That(Last(result).GetProperty("stop_reason").GetString(), Is.EqualTo("cancelled"));
    }

    [Test]
    public void Run_WhoseEveryCallFails_EndsWithItsOwnCode()
    {
        Change($"127.0.0.1:{_server.Port}/v1/chat", $"127.0.0.1:{_server.Port}/nowhere/chat");
        Change("population_size: 6", "population_size: 1");
        var result = CliRunner.Run("optimize", Config);
        Assert.That(result.ExitCode, Is.EqualTo(3), result.ToString());
        Assert.That(result.Output, Does.Contain("No configuration could be scored"));
        Assert.That(File.Exists(Path.Combine(Results, "report.html")));
    }

    [Test]
    public void Doctor_OfAConfiguration_NamesWhatIsMissingAndWhatDoesNothing()
    {
        var healthy = CliRunner.Run("doctor", Config);
        Assert.That(healthy.ExitCode, Is.Zero, healthy.ToString());
        Assert.That(healthy.Output, Does.StartWith("This optimization can be run.").And.Match("metric accuracy +.*exact_match"));

        Change("auth: {type: none}", "auth: {type: bearer, token_env: A_VARIABLE_THAT_NOBODY_SETS}");
        Change("algorithm: mab_evolution", "algoritm: tpe");
        var ill = CliRunner.Run("doctor", Config);
        Assert.That(ill.ExitCode, Is.EqualTo(5), ill.ToString());
        Assert.That(ill.Output, Does.Contain("BLOCKS   api.auth.token_env: A_VARIABLE_THAT_NOBODY_SETS is not set"));
        Assert.That(ill.Output, Does.Match("(WARNING|note) .*algoritm.*Did you mean \"algorithm\"\\?"));
        var json = JsonSerializer.Deserialize<JsonElement>(CliRunner.Run("doctor", Config, "--json").Output);
        Assert.That(json.GetProperty("can_be_run").GetBoolean(), Is.False);
        Assert.That(CliRunner.Run("inspect", Config).Output, Does.StartWith("optimization  "));
    }

    [Test]
    public void Doctor_OfARecipe_SaysThatItIsNone()
    {
        var result = CliRunner.Run("doctor", RepositoryRoot.Combine("examples", "merge-ties.yaml"));
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.Contain("is no configuration of an optimization"));
    }

    private static JsonElement Last(CliResult result)
    {
        Assert.That(result.Output, Is.Not.Empty, result.ToString());
        return result.JsonLines()[^1];
    }

    private void Change(string from, string to)
    {
        var text = File.ReadAllText(Config);
        Assert.That(text, Does.Contain(from));
        File.WriteAllText(Config, text.Replace(from, to, StringComparison.Ordinal));
    }
}
