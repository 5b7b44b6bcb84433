using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Convergence.Evolution.Randomness;
using Convergence.Optimization.Calls.Spending;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Runs;
using Convergence.Testing;

namespace Convergence.Optimization.Tests.Runs.Resuming;

public class ResumeTests
{
    private const int Kills = 12;

    [TestCase(null)]
    [TestCase(37L, Description = "and the number of calls is limited")]
    public async Task OptimizeAsync_CancelledAtManyMoments_EndsAsIfNeverStoppedAndPaysOnce(long? calls)
    {
        using var undisturbed = new TemporaryDirectory();
        using var disturbed = new TemporaryDirectory();
        var whole = await RunAsync(Config(undisturbed, calls), new ConcurrentQueue<string>());

        var answered = new ConcurrentQueue<string>();
        var (kills, resumed) = (0, default(OptimizationResult));
        for (; resumed is null; kills++)
        {
            // At another call each time, so that some fall into the middle of a generation and others between two.
            resumed = await TryRunAsync(Config(disturbed, calls), answered, cancelAfter: kills < Kills ? 1 + (kills % 7) : int.MaxValue);
        }

        Assert.Multiple(() =>
        {
            Assert.That(kills, Is.GreaterThan(5));
            Assert.That(RunFixture.Essence(resumed), Is.EqualTo(RunFixture.Essence(whole)));
            Assert.That(answered, Is.Unique);
            Assert.That(resumed.Spent.Calls, Is.EqualTo(whole.Spent.Calls));
        });
    }

    [Test]
    public async Task OptimizeAsync_KilledWithFilesCutAtAnyByte_EndsAsIfNeverStopped()
    {
        using var directory = new TemporaryDirectory();
        var whole = await RunAsync(Config(directory), new ConcurrentQueue<string>());
        var cassette = directory.Combine("results", "cassette.jsonl");
        var configurations = directory.Combine("results", "configurations.jsonl");
        var (answers, kept) = (await File.ReadAllBytesAsync(cassette), await File.ReadAllBytesAsync(configurations));
        var random = new SearchRandom(5);

        for (var kill = 0; kill < Kills; kill++)
        {
            await File.WriteAllBytesAsync(cassette, answers[..random.Next(answers.Length)]);
            await File.WriteAllBytesAsync(configurations, kept[..random.Next(kept.Length)]);

            var resumed = await RunAsync(Config(directory), new ConcurrentQueue<string>());

            Assert.That(RunFixture.Essence(resumed), Is.EqualTo(RunFixture.Essence(whole)));
            Assert.That(await File.ReadAllBytesAsync(configurations), Is.EqualTo(kept));
        }
    }

    [Test]
    public async Task OptimizeAsync_MoreGenerationsThanBefore_GoesOnFromWhereItEnded()
    {
        using var directory = new TemporaryDirectory();
        var answered = new ConcurrentQueue<string>();
        var config = Config(directory);
        var shorter = config with
        {
            Optimization = config.Optimization with { Evolution = config.Optimization.Evolution with { Generations = 2 } },
        };
        var first = await RunAsync(shorter, answered);

        var second = await RunAsync(config, answered);

        Assert.Multiple(() =>
        {
            Assert.That(second.GenerationsRun, Is.GreaterThan(2));
            Assert.That(second.Spent.ReplayedCalls, Is.GreaterThanOrEqualTo(first.Configurations.Sum(CallsOfSearch)));
            Assert.That(answered, Is.Unique);
        });
    }

    private static int CallsOfSearch(ConfigurationOutcome outcome) => outcome.Cases.Count(call => !call.IsHeldOut);

    private static OptimizationConfig Config(TemporaryDirectory directory, long? calls = null)
    {
        var config = RunFixture.Config(cases: 12, search => search with
        {
            Algorithm = "tpe",
            Evolution = new EvolutionConfig { PopulationSize = 5, Generations = 4 },
            EarlyStopping = new EarlyStoppingConfig(IsEnabled: false),
            Baseline = new JsonObject { ["x"] = .2, ["y"] = "a" },
            Budget = new SpendLimits(Calls: calls),
        });
        return config with
        {
            Evaluation = config.Evaluation with { HoldOut = .3 },
            Output = new OutputConfig { SavePath = directory.Combine("results") },
            Legacy = new LegacyConfig { IsEnabled = false },
        };
    }

    private static async Task<OptimizationResult?> TryRunAsync(
        OptimizationConfig config, ConcurrentQueue<string> answered, int cancelAfter)
    {
        try
        {
            return await RunAsync(config, answered, cancelAfter);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private static async Task<OptimizationResult> RunAsync(
        OptimizationConfig config, ConcurrentQueue<string> answered, int cancelAfter = int.MaxValue)
    {
        using var cancellation = new CancellationTokenSource();
        var calls = 0;
        var result = await Run.OptimizeAsync(
            config,
            new RunOptions
            {

                // Ends before anybody can stop waiting for it: what is answered has been answered in time.
                Function = (parameters, testCase, token) =>
                {
                    if (Interlocked.Increment(ref calls) >= cancelAfter)
                    {
                        cancellation.Cancel();
                    }

                    token.ThrowIfCancellationRequested();
                    answered.Enqueue($"{parameters.ToJsonString()} {testCase.Id}");
                    return Task.FromResult<JsonNode?>(RunFixture.Quality(parameters, testCase));
                },
                Evaluator = (scored, _, _) => ValueTask.FromResult((double)scored.Answer.Result!),
            },
            cancellation.Token);
        Assert.That(result.Error, Is.Null);
        return result.Details!;
    }
}
