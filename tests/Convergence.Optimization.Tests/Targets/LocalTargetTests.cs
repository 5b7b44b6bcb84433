using System.Text.Json.Nodes;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Calls.Spending;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Targets;

namespace Convergence.Optimization.Tests.Targets;

public sealed class LocalTargetTests
{
    private static readonly ApiConfig Api = new() { Name = "local_add" };

    [Test]
    public async Task Call_Function_IsCalledOnceForTheSameParameters()
    {
        using var run = new RunFixture();
        var count = 0;
        await using var target = TargetFactory.Create(Configs.Of(Api), run.Services, (parameters, testCase, _) =>
        {
            count++;
            return Task.FromResult<JsonNode?>(new JsonObject { ["text"] = $"{testCase.Id}: {parameters["a"]}" });
        });

        var first = await target.CallAsync(Configs.Map("""{"a": 1}"""), Configs.Case(), 0, default);
        run.Reopen();
        await using var resumed = TargetFactory.Create(Configs.Of(Api), run.Services, (_, _, _) => throw new AssertionException("called"));
        var second = await resumed.CallAsync(Configs.Map("""{"a": 1}"""), Configs.Case(), 0, default);

        Assert.That((string?)first.Result!["text"], Is.EqualTo("case-1: 1"));
        Assert.That(JsonNode.DeepEquals(first.Result, second.Result), Is.True);
        Assert.That((first.IsReplayed, second.IsReplayed, count, first.CostUsd), Is.EqualTo((false, true, 1, 0.0)));
    }

    [Test]
    public async Task Call_FunctionThrows_IsAFailureThatSaysWhy()
    {
        using var run = new RunFixture();
        await using var target = TargetFactory.Create(
            Configs.Of(Api), run.Services, (_, _, _) => throw new InvalidOperationException("the database is gone"));

        var answer = await target.CallAsync([], Configs.Case(), 0, default);

        Assert.That(answer.Answer.Failure!.Kind, Is.EqualTo(CallFailureKind.Reported));
        Assert.That(answer.Answer.Failure.Message, Does.Contain("the database is gone"));
        Assert.That(answer.CostUsd, Is.Null);
    }

    [TestCase("""{"a": 1, "a": 2}""", "twice")]
    [TestCase("""{"a": "\ud83d"}""", "surrogate")]
    public async Task Call_FunctionAnswersUnsoundJson_IsAFailureThatSaysSo(string json, string told)
    {
        using var run = new RunFixture();
        await using var target = TargetFactory.Create(
            Configs.Of(Api), run.Services, (_, _, _) => Task.FromResult(JsonNode.Parse(json)));

        Assert.That((await target.CallAsync([], Configs.Case(), 0, default)).Answer.Failure!.Message, Does.Contain(told));
    }

    [Test]
    public async Task Call_FunctionAnswersWhatJsonCannotHold_IsAFailure()
    {
        using var run = new RunFixture();
        await using var target = TargetFactory.Create(
            Configs.Of(Api), run.Services, (_, _, _) => Task.FromResult<JsonNode?>(new JsonObject { ["a"] = double.NaN }));

        Assert.That((await target.CallAsync([], Configs.Case(), 0, default)).Answer.Failure!.Kind, Is.EqualTo(CallFailureKind.Reported));
    }

    [Test]
    public async Task Call_FunctionHangs_TimesOut()
    {
        using var run = new RunFixture();
        var api = Api with { Request = new RequestConfig { TimeoutSeconds = .05 } };
        var never = new TaskCompletionSource<JsonNode?>();
        await using var target = TargetFactory.Create(Configs.Of(api), run.Services, (_, _, _) => never.Task);

        var answer = await target.CallAsync([], Configs.Case(), 0, default);

        Assert.That(answer.Answer.Failure!.Kind, Is.EqualTo(CallFailureKind.Timeout));
    }

    [Test]
    public async Task Call_MoreThanTheLimit_IsNotMade()
    {
        using var run = new RunFixture(new SpendLimits(Calls: 1));
        await using var target = TargetFactory.Create(Configs.Of(Api), run.Services, (_, _, _) => Task.FromResult<JsonNode?>(1));

        await target.CallAsync([], Configs.Case(), 0, default);

        Assert.That(
            async () => await target.CallAsync([], Configs.Case(), 1, default), Throws.TypeOf<BudgetExhaustedException>());
    }

    [Test]
    public void Create_NoFunction_NamesTheCure()
    {
        using var run = new RunFixture();

        Assert.That(
            () => TargetFactory.Create(Configs.Of(Api), run.Services),
            Throws.TypeOf<TargetException>().With.Message.Contains("OptimizeAsync").And.Message.Contains("optimization.yaml"));
    }

    [Test]
    public async Task Call_MockMode_MakesTheSameAnswersUp()
    {
        using var run = new RunFixture();
        await using var target = TargetFactory.Create(Configs.Of(Api with { MockMode = true }), run.Services);

        var answers = new List<string>();
        for (var repetition = 0; repetition < 2; repetition++)
        {
            var answer = await target.CallAsync(Configs.Map("""{"temperature": 0.3}"""), Configs.Case(), repetition, default);
            answers.Add(answer.Result!.ToJsonString());
        }

        Assert.That(answers[0], Is.EqualTo(answers[1]).And.Contains("\"mock\":true"));
        Assert.That(run.Notes.Single(), Does.Contain("mock_mode"));
    }
}
