using System.Text.Json.Nodes;
using Convergence.Optimization.Calls.Spending;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Runs;
using Convergence.Optimization.Targets;

namespace Convergence.Optimization.Tests.Runs;

public class ForecasterTests
{
    private static readonly CallForecast Price = new(.01m, 500, .002m, HasPrice: true);

    [Test]
    public void Of_APlainRun_CountsCallsWithoutMakingAny()
    {
        var config = RunFixture.Config(cases: 10, search => search with { IsRacing = false, EarlyStopping = new(IsEnabled: false) });
        config = config with { Evaluation = config.Evaluation with { HoldOut = .2 } };
        var target = new RecordingTarget(RunFixture.Quality) { Price = Price };

        var forecast = Forecaster.Of(config, RunFixture.Parts(target, config));

        // 6 x 4 configurations for 8 cases, and three finalists for 2.
        Assert.Multiple(() =>
        {
            Assert.That(target.Paid, Is.Empty);
            Assert.That(forecast.Configurations, Is.EqualTo(24));
            Assert.That((forecast.SearchCases, forecast.HeldOutCases), Is.EqualTo((8, 2)));
            Assert.That(forecast.Calls, Is.EqualTo((198L, 198L)));
            Assert.That(forecast.Tokens.Most, Is.EqualTo(198 * 500));
            Assert.That(forecast.Dollars, Is.EqualTo((.396m, 1.98m)));
            Assert.That(forecast.Duration.Most, Is.EqualTo(40 * Forecaster.AssumedLatency));
        });
    }

    [Test]
    public async Task Of_ARunWithRacingAndEarlyStopping_HoldsWhatTheRunTakes()
    {
        var config = RunFixture.Config(cases: 20, search => search with { Baseline = new JsonObject { ["x"] = .3, ["y"] = "a" } });
        config = config with { Evaluation = config.Evaluation with { HoldOut = .3, Repeats = 2 } };
        var target = new RecordingTarget(RunFixture.Quality) { Price = Price };

        var forecast = Forecaster.Of(config, RunFixture.Parts(target, config));
        await RunFixture.RunAsync(target, config);

        Assert.That(target.Paid, Has.Count.InRange(forecast.Calls.Least, forecast.Calls.Most));
        Assert.That(forecast.Calls.Least, Is.LessThan(forecast.Calls.Most / 2));
    }

    [TestCase(30, 25, Description = "for as many the dollars are enough by what a call likely costs")]
    [TestCase(20, 20)]
    public void Of_ALimitedRun_PromisesNoMoreThanTheLimits(int calls, int most)
    {
        var config = RunFixture.Config(search: search => search with
        {
            Budget = new SpendLimits(Dollars: .05m, Calls: calls, Tokens: 700),
        });

        var forecast = Forecaster.Of(config, RunFixture.Parts(new RecordingTarget(RunFixture.Quality) { Price = Price }, config));

        Assert.That(forecast.Calls.Most, Is.EqualTo(most));
        Assert.That(forecast.Calls.Least, Is.LessThanOrEqualTo(700 / Price.MostTokens));
        Assert.That(forecast.Dollars!.Value.Most, Is.EqualTo(.05m));
        Assert.That(forecast.Tokens.Most, Is.EqualTo(700));
    }

    [Test]
    public void Of_ASmallSpace_CountsNoConfigurationTwice()
    {
        var config = RunFixture.Config() with
        {
            SearchSpace = new SearchSpaceConfig(
                [new ParameterConfig { Name = "y", Kind = ParameterKind.Categorical, Values = ["a", "b"] }]),
        };

        var forecast = Forecaster.Of(config, RunFixture.Parts(new RecordingTarget((_, _) => 0), config));

        Assert.That(forecast.Configurations, Is.EqualTo(2));
    }

    [Test]
    public void Of_AModelWithoutAPrice_NamesNoDollars()
    {
        var config = RunFixture.Config();
        var target = new RecordingTarget(RunFixture.Quality) { Price = Price with { HasPrice = false } };

        Assert.That(Forecaster.Of(config, RunFixture.Parts(target, config)).Dollars, Is.Null);
    }
}
