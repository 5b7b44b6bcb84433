using System.Diagnostics;
using System.Text.Json;
using Convergence.Cli.Tests.Support;
using Convergence.Evolution.Randomness;
using Convergence.Testing;
using Convergence.Testing.Providers;

namespace Convergence.Cli.Tests.Resuming;

/// <summary>A killed or stopped <c>optimize</c> goes on with the same command: the same result, and no answer is paid for twice.</summary>
[NonParallelizable]
public sealed class KillAndResumeOptimizeTests
{
    private const int Kills = 6;
    private const int Workers = 3;
    private const int Interrupt = 2;

    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(20);
    private static readonly string[] Outcome = ["best_config", "best_score", "estimate", "verdict", "configs_generated"];

    private TemporaryDirectory _directory = null!;
    private ProviderServer _server = null!;

    [SetUp]
    public async Task StartServer()
    {
        _directory = new TemporaryDirectory();
        _server = await ProviderServer.StartAsync(latency: Latency);
    }

    [TearDown]
    public async Task StopServer()
    {
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Test]
    public void Kill_AtAnyMoment_EndsLikeTheUninterruptedRunAndPaysForWhatWasUnderWay()
    {
        var expected = Finish("whole");
        var calls = _server.Count;
        Assert.That(expected.GetProperty("calls").GetInt32(), Is.EqualTo(calls));

        var random = new SearchRandom(11);
        for (var kill = 0; kill < Kills; kill++)
        {
            using var process = Start("killed");
            KillOnceServed(process, _server.Count + 1 + (int)(random.NextDouble() * (calls / Kills)));
        }

        var last = Finish("killed");
        Assert.Multiple(() =>
        {
            Assert.That(last.GetProperty("kept_calls").GetInt32(), Is.Positive, "something was kept");
            var again = _server.Count - (2 * calls);
            Assert.That(again, Is.InRange(0, Kills * Workers), "sent again");
            Assert.That(last.GetProperty("calls").GetInt32() - calls, Is.InRange(again, Kills * Workers), "counted");
            AssertSame(last, expected);
        });
    }

    [Test]
    public void Kill_WithALimitOfCalls_NeverSendsMoreThanTheLimit()
    {
        const int Limit = 30;
        for (var kill = 1; kill <= 3; kill++)
        {
            using var process = Start("limited", Limit);
            KillOnceServed(process, kill * Limit / 4);
        }

        var last = Finish("limited", Limit);
        Assert.Multiple(() =>
        {
            Assert.That(last.GetProperty("stop_reason").GetString(), Does.StartWith($"The limit of {Limit} calls"));
            Assert.That(last.GetProperty("calls").GetInt32(), Is.InRange(_server.Count, Limit));
        });
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "signals are sent the Unix way")]
    public void StopSignal_WaitsForWhatIsUnderWay_SoThatNothingIsSentAgain()
    {
        var expected = Finish("whole");
        var calls = _server.Count;
        CliResult stopped;
        using (var process = Start("stopped"))
        {
            WaitUntilServed(process, calls + (calls / 2));
            process.Signal(Interrupt);
            stopped = process.Wait();
        }

        Assert.That(stopped.ExitCode, Is.EqualTo(130), stopped.ToString());
        Assert.That(stopped.Output, Does.Contain("stopping: calls that are under way"));
        var last = Finish("stopped");
        Assert.Multiple(() =>
        {
            Assert.That(_server.Count, Is.EqualTo(2 * calls));
            AssertSame(last, expected);
        });
    }

    private static void AssertSame(JsonElement actual, JsonElement expected)
    {
        foreach (var key in Outcome)
        {
            Assert.That(actual.GetProperty(key).GetRawText(), Is.EqualTo(expected.GetProperty(key).GetRawText()), key);
        }
    }

    private void KillOnceServed(CliProcess process, int count)
    {
        WaitUntilServed(process, count);
        Assert.That(process.KillAfter(TimeSpan.Zero), "the run ended before it was killed");
    }

    private void WaitUntilServed(CliProcess process, int count)
    {
        var watch = Stopwatch.StartNew();
        while (_server.Count < count && !process.HasEndedWithin(TimeSpan.FromMilliseconds(1)))
        {
            Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromMinutes(1)), "the run never made so many calls");
        }
    }

    // In a directory of its own: no run starts from what another one left in a store.
    private CliProcess Start(string run, int? limit = null)
    {
        var directory = _directory.Combine(run);
        if (!Directory.Exists(directory))
        {
            Directory.CreateDirectory(directory);
            File.WriteAllText(Path.Combine(directory, ".env"), $"LOOPBACK_KEY={ProviderServer.Key}\n");
            File.WriteAllText(Path.Combine(directory, "optimization.yaml"), ConfigOf(_server, limit));
        }

        return CliProcess.Start(directory, "optimize", "optimization.yaml", "--json");
    }

    private JsonElement Finish(string run, int? limit = null)
    {
        using var process = Start(run, limit);
        var result = process.Wait();
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        return result.JsonLines()[^1];
    }

    private static string ConfigOf(ProviderServer server, int? limit) => $$"""
        api:
          name: loopback
          endpoint: {{server.OpenAiChat}}
          auth: {type: bearer, token_env: LOOPBACK_KEY}
        search_space:
          parameters:
            model: [gpt-4o, gpt-4o-mini]
            temperature: {type: float, min: 0, max: 1}
            max_tokens: [16, 64, 256]
        evaluation:
          test_cases:
            - {input: {prompt: What is the capital of Senegal?}, expected: Dakar is the capital of Senegal.}
            - {input: {prompt: What is the capital of Japan?}, expected: Tokyo is the capital of Japan.}
            - {input: {prompt: What is the capital of France?}, expected: Paris is the capital of France.}
            - {input: {prompt: What is the capital of Kenya?}, expected: Nairobi is the capital of Kenya.}
          metrics:
            accuracy: {weight: 1.0, type: exact_match}
        optimization:
          seed: 3
          evolution: {population_size: 6, generations: 5}
          execution: {parallel_workers: {{Workers}}}
          budget: {calls: {{limit ?? 1000}}}
        """;
}
