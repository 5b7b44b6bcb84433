using System.Text;
using Convergence.Optimization.Results;
using Convergence.Optimization.Runs;
using Convergence.Testing.Providers;
using Convergence.Testing.Providers.Faults;

namespace Convergence.Optimization.Tests.Runs.Examples;

/// <summary>
/// The seven families of examples/optimize through the whole of the product: their files, their providers' wire formats over HTTP, their
/// evaluators, results and history.
/// </summary>
public sealed class ExampleFamilyTests
{
    private static readonly (string Key, string Value) OneWorker = ("optimization.execution.parallel_workers", "1");
    private static readonly (string Key, string Value) ShortPauses = ("optimization.execution.retry_delay_seconds", "0.001");
    private static readonly (string Key, string Value) NoRetries = ("optimization.execution.max_retries", "0");

    private static readonly Fault[] Faults = [Fault.RateLimited, Fault.ServerError, Fault.MalformedJson];

    [TestCase("groq", 3, 6, 18)]
    [TestCase("openai", 24, 12, 292, Description = "288 and four for what the society thinks")]
    [TestCase("azure", 9, 16, 144)]
    [TestCase("browserbase", 2, 2, 4)]
    [TestCase("discord", 4, 1, 4)]
    [TestCase("gmail", 1, 1, 1)]
    [TestCase("reddit", 4, 9, 36)]
    public async Task Forecast_OfAFamily_IsWhatItsSectionsSay(string name, int cases, int configurations, int mostCalls)
    {
        var forecast = await PreparedRun.ForecastAsync(ExampleFamily.Read(name), new RunOptions());

        Assert.Multiple(() =>
        {
            Assert.That(forecast.SearchCases + forecast.HeldOutCases, Is.EqualTo(cases));
            Assert.That(forecast.Configurations, Is.EqualTo(configurations));
            Assert.That(forecast.Calls.Most, Is.EqualTo(mostCalls));
            Assert.That(forecast.Calls.Least, Is.InRange(1, mostCalls));
        });
    }

    [TestCase("groq")]
    [TestCase("openai")]
    [TestCase("azure")]
    [TestCase("browserbase")]
    [TestCase("discord")]
    [TestCase("gmail")]
    [TestCase("reddit")]
    public async Task Run_OfAFamily_EndsWithAWinnerAndItsFiles(string name)
    {
        await using var server = await ProviderServer.StartAsync();
        using var family = new ExampleFamily(name, server);
        var forecast = await PreparedRun.ForecastAsync(family.Config, new RunOptions());

        var result = await family.RunAsync();

        Assert.That(result.Error, Is.Null);
        ResultWriter.Write(family.Config.Output.SavePath, result.Details!, ReportSettings.Of(family.Config));
        Assert.Multiple(() =>
        {
            Assert.That(result.BestScore, Is.GreaterThan(0).And.AtMost(1));
            Assert.That(
                result.BestConfig!.Select(parameter => parameter.Key),
                Is.EquivalentTo(family.Config.SearchSpace.Parameters.Select(parameter => parameter.Name)));
            Assert.That(AllCases(result).Select(outcome => outcome.Error), Is.All.Null);
            Assert.That(server.Count, Is.EqualTo(result.Details!.Spent.Calls).And.AtMost(forecast.Calls.Most));
            AssertFiles(family);
        });
    }

    [TestCase("groq")]
    [TestCase("reddit")]
    public async Task Run_CancelledAgainAndAgain_EndsAsIfNeverStoppedAndCallsNothingTwice(string name)
    {
        await using var undisturbed = await ProviderServer.StartAsync();
        await using var disturbed = await ProviderServer.StartAsync();
        using var wholeFamily = new ExampleFamily(name, undisturbed, OneWorker);
        using var cutFamily = new ExampleFamily(name, disturbed, OneWorker);
        var whole = await wholeFamily.RunAsync(new RunOptions { Time = new StoppedTime() });

        var (cuts, resumed) = (0, default(OptimizationRunResult));
        for (; resumed is null; cuts++)
        {
            resumed = await TryRunAsync(cutFamily, callCount: 1 + (cuts % 4));
        }

        Assert.Multiple(() =>
        {
            Assert.That(cuts, Is.GreaterThan(3));
            Assert.That(resumed.Error, Is.Null);
            Assert.That(RunFixture.Essence(resumed.Details!), Is.EqualTo(RunFixture.Essence(whole.Details!)));
            Assert.That(disturbed.Count, Is.EqualTo(undisturbed.Count));
            Assert.That(resumed.Details!.Spent.Calls, Is.EqualTo(undisturbed.Count));
        });
    }

    [TestCase("groq")]
    [TestCase("reddit")]
    public async Task Run_FaultsThatPass_AreRepeatedAndChangeNoScore(string name)
    {
        await using var sound = await ProviderServer.StartAsync();
        await using var faulty = await ProviderServer.StartAsync(OneOfFour());
        using var soundFamily = new ExampleFamily(name, sound, OneWorker, ShortPauses);
        using var faultyFamily = new ExampleFamily(name, faulty, OneWorker, ShortPauses);

        var undisturbed = await soundFamily.RunAsync(new RunOptions { Time = new StoppedTime() });
        var disturbed = await faultyFamily.RunAsync(new RunOptions { Time = new StoppedTime() });

        Assert.That(RunFixture.Essence(disturbed.Details!), Is.EqualTo(RunFixture.Essence(undisturbed.Details!)));
        Assert.That(faulty.Count, Is.GreaterThan(sound.Count));
    }

    [TestCase("groq")]
    [TestCase("reddit")]
    public async Task Run_FaultsThatStay_LeaveScoresMissingAndMakeNoZeros(string name)
    {
        await using var server = await ProviderServer.StartAsync(ThreeOfFive());
        using var family = new ExampleFamily(name, server, NoRetries);

        var result = await family.RunAsync();

        Assert.That(result.Error, Is.Null);
        var failed = AllCases(result).Where(outcome => !outcome.IsSuccess).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(failed, Is.Not.Empty);
            Assert.That(failed.Select(outcome => outcome.Score), Is.All.Null);
            Assert.That(failed.Select(outcome => outcome.Metrics), Is.All.Empty);
            Assert.That(AllCases(result).Where(outcome => outcome.IsSuccess).Select(outcome => outcome.Score), Is.All.GreaterThan(0));
            foreach (var configuration in result.Details!.Configurations)
            {
                var scores = configuration.Cases.Select(outcome => outcome.Score).OfType<double>().ToList();
                Assert.That(configuration.Score, scores.Count == 0 ? Is.Null : Is.EqualTo(scores.Average()).Within(1e-9));
            }

            AssertNoSecret(family);
        });
    }

    [Test]
    public async Task Run_NothingIsAnswered_HasNoWinnerAndSaysWhy()
    {
        await using var server = await ProviderServer.StartAsync(FaultPlan.Always(Fault.ServerError));
        using var family = new ExampleFamily("groq", server, NoRetries);

        var result = await family.RunAsync();

        Assert.Multiple(() =>
        {
            Assert.That(result.Success, Is.False);
            Assert.That((result.BestScore, result.BestConfig), Is.EqualTo(((double?)null, (System.Text.Json.Nodes.JsonObject?)null)));
            Assert.That(result.Error, Does.Contain("The server had an error").And.Not.Contain(ProviderServer.Key));
            Assert.That(result.Details!.Configurations.Select(configuration => configuration.Score), Is.All.Null);
            AssertNoSecret(family);
        });
    }

    private static IEnumerable<CaseOutcome> AllCases(OptimizationRunResult result) =>
        result.Details!.Configurations.SelectMany(configuration => configuration.Cases);

    // With one worker no more than two other requests come between an attempt and the next: every second attempt succeeds.
    private static FaultPlan OneOfFour() => new(number => number % 4 == 1 ? Faults[number / 4 % Faults.Length] : Fault.None);

    private static FaultPlan ThreeOfFive() => new(number => number % 5 < Faults.Length ? Faults[number % 5] : Fault.None);

    private static async Task<OptimizationRunResult?> TryRunAsync(ExampleFamily family, int callCount)
    {
        using var cancellation = new CancellationTokenSource();
        var options = new RunOptions
        {
            Time = new StoppedTime(),
            CreateClient = _ => new HttpClient(new CancellingHandler(callCount, cancellation)) { Timeout = Timeout.InfiniteTimeSpan },
        };
        try
        {
            return await family.RunAsync(options, cancellation.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private static void AssertFiles(ExampleFamily family)
    {
        string[] expected =
        [
            "README.md", "best_config.json", "cassette.jsonl", "configurations.jsonl", "detailed_results.csv", "detailed_results.json",
            "experiments.csv", "report.html", "report.md", "run.json",
        ];
        foreach (var file in expected)
        {
            Assert.That(new FileInfo(Path.Combine(family.Config.Output.SavePath, file)) is { Exists: true, Length: > 0 }, Is.True, file);
        }

        if (family.Config.Output.Export is { } export)
        {
            Assert.That(export.Path, Does.Exist);
        }

        AssertNoSecret(family);
    }

    private static void AssertNoSecret(ExampleFamily family)
    {
        foreach (var (path, bytes) in family.Files())
        {
            Assert.That(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(ProviderServer.Key)), Is.Negative, path);
        }
    }
}
