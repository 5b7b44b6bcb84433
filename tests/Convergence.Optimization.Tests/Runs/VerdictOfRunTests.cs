using System.Text.Json.Nodes;
using Convergence.Optimization.Runs;

namespace Convergence.Optimization.Tests.Runs;

public class VerdictOfRunTests
{
    [Test]
    public async Task RunAsync_HeldOutCases_AreMetByTheBestAndTheBaselineAlone()
    {
        var config = RunFixture.Config(cases: 20, search: search => search with { Baseline = new JsonObject { ["x"] = .1, ["y"] = "a" } });
        config = config with { Evaluation = config.Evaluation with { HoldOut = .3 } };

        var result = await RunFixture.RunAsync(new RecordingTarget(RunFixture.Quality), config);

        var tested = result.Configurations.Where(outcome => outcome.Cases.Any(call => call.IsHeldOut)).ToArray();
        var (search, heldOut) = (IdsOf(result, isHeldOut: false), IdsOf(result, isHeldOut: true));
        Assert.Multiple(() =>
        {
            Assert.That(tested, Has.Length.InRange(2, 4));
            Assert.That(tested.Select(outcome => outcome.Origin), Does.Contain("baseline"));
            Assert.That(tested.Select(outcome => outcome.Cases.Count(call => call.IsHeldOut)), Has.All.EqualTo(6));
            Assert.That(search.Intersect(heldOut), Is.Empty);
            Assert.That(search.Union(heldOut).Count(), Is.EqualTo(20));
            Assert.That(result.Estimate!.Value.IsFromHeldOutCases, Is.True);
            Assert.That(result.Verdict!.Advice, Is.EqualTo(Advice.Ship), result.Verdict.Sentence);
            Assert.That(result.Verdict.Sentence, Does.StartWith("Ship it").And.Contain("95 % interval"));
        });
    }

    [Test]
    public async Task RunAsync_TheBaselineIsTheBest_AdvisesToKeepIt()
    {
        var config = RunFixture.Config(search: search => search with { Baseline = new JsonObject { ["x"] = .7, ["y"] = "a" } });

        var result = await RunFixture.RunAsync(new RecordingTarget(RunFixture.Quality), config);

        Assert.That(result.Best!.Origin, Is.EqualTo("baseline"));
        Assert.That(result.Verdict!.Advice, Is.EqualTo(Advice.DontShip));
    }

    [Test]
    public async Task RunAsync_FewNoisyCases_AdvisesToMakeMoreAndSaysHowMany()
    {
        var config = RunFixture.Config(cases: 6, search: search => search with
        {
            IsRacing = false,
            Baseline = new JsonObject { ["x"] = .35, ["y"] = "a" },
        });
        var target = new RecordingTarget((parameters, testCase) =>
            ((testCase.Id.Length * 7) + (int)((double)parameters["x"]! * 1000)) % 11
                < 11 * RunFixture.Quality(parameters, testCase) ? 1 : 0)
        {
            Price = new(.001m, 10, .001m, true),
        };

        var result = await RunFixture.RunAsync(target, config);

        Assert.Multiple(() =>
        {
            Assert.That(result.Verdict!.Advice, Is.EqualTo(Advice.NeedMoreCases), result.Verdict.Sentence);
            Assert.That(result.Verdict.CasesNeeded, Is.GreaterThan(0));
            Assert.That(result.Verdict.DollarsNeeded, Is.EqualTo(result.Verdict.CasesNeeded * .002m));
            Assert.That(result.Verdict.Sentence, Does.Contain("more cases"));
        });
    }

    [Test]
    public async Task RunAsync_LimitedCallsAndHeldOutCases_LeavesEnoughForTheVerdict()
    {
        var config = RunFixture.Config(cases: 20, search: search => search with
        {
            Budget = new(Calls: 150),
            Baseline = new JsonObject { ["x"] = .1, ["y"] = "a" },
            IsRacing = false,
        });
        config = config with { Evaluation = config.Evaluation with { HoldOut = .2 } };
        var target = new RecordingTarget(RunFixture.Quality);

        var result = await RunFixture.RunAsync(target, config);

        Assert.Multiple(() =>
        {
            Assert.That(target.Paid, Has.Count.LessThanOrEqualTo(150));
            Assert.That(result.StopReason, Does.Contain("150 calls"));
            Assert.That(result.Estimate!.Value.IsFromHeldOutCases, Is.True);
        });
    }

    [TestCase(1)]
    [TestCase(20)]
    [TestCase(30)]
    public async Task RunAsync_ALimitBeforeAnyOtherMetAllCases_DecidesNothing(int calls)
    {
        var config = RunFixture.Config(cases: 12, search => search with
        {
            Budget = new(Calls: calls),
            Baseline = new JsonObject { ["x"] = .0, ["y"] = "a" },
        });

        var result = await RunFixture.RunAsync(new RecordingTarget(RunFixture.Quality), config);

        Assert.Multiple(() =>
        {
            Assert.That(result.Verdict!.Advice, Is.EqualTo(Advice.NotFinished));
            Assert.That(result.Verdict.Sentence, Does.Contain("a limit ended the run").And.Contain("optimization.budget"));
            Assert.That(result.Configurations.Count(outcome => outcome.IsCut), Is.Positive);
            Assert.That(result.Best!.Origin, calls < 12 ? Is.EqualTo("baseline") : Is.Not.EqualTo("baseline"));
        });
    }

    [Test]
    public async Task RunAsync_ALimitAfterOthersLostAgainstTheBaseline_AdvisesToKeepIt()
    {
        var config = RunFixture.Config(cases: 10, search => search with
        {
            Budget = new(Calls: 150),
            Evolution = new() { PopulationSize = 8, Generations = 20 },
            EarlyStopping = new(IsEnabled: false),
            Baseline = new JsonObject { ["x"] = .7, ["y"] = "a" },
        });

        var result = await RunFixture.RunAsync(new RecordingTarget(RunFixture.Quality), config);

        Assert.Multiple(() =>
        {
            Assert.That(result.StopReason, Does.Contain("150 calls"));
            Assert.That(result.Best!.Origin, Is.EqualTo("baseline"));
            Assert.That(result.Verdict!.Advice, Is.EqualTo(Advice.DontShip), result.Verdict.Sentence);
        });
    }

    [TestCase(0)]
    [TestCase(.3)]
    public async Task RunAsync_ABudgetWhoseCallsCostLessThanTheirMost_IsSpentToWhatOneMoreMayCost(double heldOut)
    {
        var config = RunFixture.Config(cases: 12, search => search with
        {
            Budget = new(Dollars: 2),
            Evolution = new() { PopulationSize = 20, Generations = 10 },
            EarlyStopping = new(IsEnabled: false),
            IsRacing = false,
            ParallelWorkers = 8,
        });
        config = config with { Evaluation = config.Evaluation with { HoldOut = heldOut } };
        var target = new RecordingTarget(RunFixture.Quality) { Price = new(.2m, 1000, .02m, HasPrice: true) };

        var result = await RunFixture.RunAsync(target, config);

        Assert.Multiple(() =>
        {
            Assert.That(result.StopReason, Does.StartWith("The budget of $2"));
            Assert.That(target.Paid.Count * .02, Is.InRange(1.7, 2.0));
        });
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task RunAsync_TheConfigurationInUse_MeetsAllCasesBeforeOthersAreCalled(bool isRacing)
    {
        var config = RunFixture.Config(cases: 8, search => search with
        {
            IsRacing = isRacing,
            ParallelWorkers = 1,
            Baseline = new JsonObject { ["x"] = .1, ["y"] = "a" },
        });
        var target = new RecordingTarget(RunFixture.Quality);

        await RunFixture.RunAsync(target, config);

        // Two calls are under way at a time, and either may be the first.
        Assert.That(target.Paid.Take(9).Count(call => call.Contains("\"x\":0.1,", StringComparison.Ordinal)), Is.EqualTo(8));
    }

    [TestCase(1.0)]
    [TestCase(.7161)]
    [TestCase(0.0)]
    public async Task RunAsync_TwoCasesOnWhichAllScoresAgree_GivesNoIntervalOfNoWidth(double score)
    {
        var result = await RunFixture.RunAsync(new RecordingTarget((_, _) => score), RunFixture.Config(cases: 2));

        var estimate = result.Estimate!.Value;
        Assert.Multiple(() =>
        {
            Assert.That(estimate.HasInterval, Is.True);
            Assert.That(estimate.Upper - estimate.Lower, Is.EqualTo(.8419).Within(1e-3));
            Assert.That(estimate.Value, Is.InRange(estimate.Lower, estimate.Upper));
        });
    }

    [Test]
    public async Task RunAsync_OneCase_GivesNoIntervalAndNoVerdict()
    {
        var config = RunFixture.Config(cases: 1, search => search with { Baseline = new JsonObject { ["x"] = .1, ["y"] = "a" } });

        var result = await RunFixture.RunAsync(new RecordingTarget(RunFixture.Quality), config);

        Assert.Multiple(() =>
        {
            Assert.That(result.Estimate!.Value.HasInterval, Is.False);
            Assert.That(result.Verdict!.Advice, Is.EqualTo(Advice.NeedMoreCases));
            Assert.That(result.Verdict.Sentence, Does.Contain("not two test cases").And.Not.Contain("interval"));
        });
    }

    [Test]
    public async Task RunAsync_TwoCases_GivesADifferenceThatScoresCanHave()
    {
        var config = RunFixture.Config(cases: 2, search => search with { Baseline = new JsonObject { ["x"] = .1, ["y"] = "a" } });
        var target = new RecordingTarget((parameters, testCase) => (double)parameters["x"]! == .1
            ? 0
            : testCase.Id == "case" ? 1 : .5);

        var verdict = (await RunFixture.RunAsync(target, config)).Verdict!;

        Assert.That(verdict.Lower, Is.InRange(-1, 0));
        Assert.That(verdict.Upper, Is.EqualTo(1));
    }

    [Test]
    public async Task RunAsync_HeldOutCases_AreToldAsTheyWereMeasured()
    {
        var config = RunFixture.Config(cases: 20);
        config = config with { Evaluation = config.Evaluation with { HoldOut = .3 } };

        var result = await RunFixture.RunAsync(new RecordingTarget(RunFixture.Quality), config);

        Assert.That(result.Estimate!.Value.HeldOutMean, Is.EqualTo(
            result.Best!.Cases.Where(call => call.IsHeldOut).Average(call => call.Score)).Within(1e-12));
    }

    private static HashSet<string> IdsOf(OptimizationResult result, bool isHeldOut) =>
    [
        .. result.Configurations.SelectMany(outcome => outcome.Cases)
            .Where(call => call.IsHeldOut == isHeldOut).Select(call => call.TestCaseId),
    ];
}
