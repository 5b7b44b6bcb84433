using System.Collections.Immutable;
using System.Diagnostics;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Targets;

namespace Convergence.Optimization.Tests.Targets;

/// <summary>A program in place of an API; shell scripts stand for it.</summary>
[Platform(Exclude = "Win", Reason = "The programs are shell scripts.")]
public sealed class ProcessTargetTests
{
    private const string TakeId = """id=$(printf '%s' "$line" | sed 's/.*"id":\([0-9]*\).*/\1/')""";
    private const string Echo = $$"""
        while IFS= read -r line; do {{TakeId}}
          echo "a line for people"
          echo "{\"id\": $id, \"result\": {\"pid\": $$, \"got\": $line, \"cost_usd\": 0.25} }"
        done
        """;

    [Test]
    public async Task Call_Program_AnswersWithItsLine()
    {
        using var run = new RunFixture();
        await using var target = Target(run, Echo);

        var answer = await target.CallAsync(Configs.Map("""{"a": [1]}"""), Configs.Case("""{"q": "é"}"""), 0, default);

        Assert.That(answer.Result!["got"]!["parameters"]!.ToJsonString(), Is.EqualTo("""{"a":[1]}"""));
        Assert.That((string?)answer.Result["got"]!["input"]!["q"], Is.EqualTo("é"));
        Assert.That(answer.CostUsd, Is.EqualTo(.25));
        Assert.That(run.Ledger.Dollars, Is.EqualTo(.25m));
    }

    [Test]
    public async Task Call_LineWithoutResultAndError_FailsAndIsNoAnswer()
    {
        using var run = new RunFixture();
        await using var target = Target(run, $$"""
            while IFS= read -r line; do {{TakeId}}
              echo "{\"id\": $id, \"answer\": 4}"
            done
            """);

        var answer = await target.CallAsync([], Configs.Case(), 0, default);

        Assert.That(answer.Answer.Failure!.Kind, Is.EqualTo(CallFailureKind.Malformed));
        Assert.That(answer.Answer.Failure.Message, Does.Contain("neither result nor error"));
    }

    [Test]
    public async Task Call_Resumed_TakesTheKeptAnswer()
    {
        using var run = new RunFixture();
        await using (var target = Target(run, Echo))
        {
            await target.CallAsync([], Configs.Case(), 0, default);
        }

        run.Reopen();
        await using var resumed = Target(run, Echo);
        Assert.That((await resumed.CallAsync([], Configs.Case(), 0, default)).IsReplayed, Is.True);
    }

    [Test]
    public async Task Dispose_Workers_AreEnded()
    {
        using var run = new RunFixture();
        var target = Target(run, Echo, workers: 3);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i =>
            target.CallAsync(Configs.Map($$"""{"i": {{i}}}"""), Configs.Case(), 0, default)));
        var programs = answers.Select(answer => (int)answer.Result!["pid"]!).Distinct().ToList();

        await target.DisposeAsync();

        Assert.That(programs, Has.Count.InRange(1, 3));
        Assert.That(
            () => programs.Exists(IsRunning), Is.False.After(5000, 50), "A program outlived its target.");
    }

    [TestCase("echo 'database missing' >&2; exit 3", "code 3")]
    [TestCase("echo 'database missing' >&2; exit 3", "database missing")]
    public async Task Call_ProgramEnds_SaysWithWhichCodeAndWhatItWrote(string script, string told)
    {
        using var run = new RunFixture();
        await using var target = Target(run, script);

        var answer = await target.CallAsync([], Configs.Case(), 0, default);

        Assert.That(answer.Answer.Failure!.Kind, Is.EqualTo(CallFailureKind.Reported));
        Assert.That(answer.Answer.Failure.Message, Does.Contain(told));
    }

    [Test]
    public async Task Call_ProgramThatEndedOnce_IsStartedAgain()
    {
        using var run = new RunFixture();
        await using var target = Target(run, $$"""
            read -r line; {{TakeId}}
            case "$line" in *crash*) exit 1;; esac
            echo "{\"id\": $id, \"result\": 1}"
            """);

        var first = await target.CallAsync(Configs.Map("""{"do": "crash"}"""), Configs.Case(), 0, default);
        var second = await target.CallAsync(Configs.Map("""{"do": "work"}"""), Configs.Case(), 0, default);

        Assert.That((first.Answer.IsSuccess, second.Answer.IsSuccess), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task Call_ProgramHangs_TimesOut()
    {
        using var run = new RunFixture();
        await using var target = Target(run, "sleep 60", timeout: .2);

        var answer = await target.CallAsync([], Configs.Case(), 0, default);

        Assert.That(answer.Answer.Failure!.Kind, Is.EqualTo(CallFailureKind.Timeout));
    }

    [Test]
    public async Task Call_ProgramReportsAnError_IsAFailure()
    {
        using var run = new RunFixture();
        await using var target = Target(run, $$"""
            while read -r line; do {{TakeId}}
              echo "{\"id\": $id, \"error\": \"no such model\"}"
            done
            """);

        Assert.That((await target.CallAsync([], Configs.Case(), 0, default)).Answer.Failure!.Message, Is.EqualTo("no such model"));
    }

    [TestCase("""{\"id\": $id, \"result\": 1, \"result\": 2}""", "twice")]
    [TestCase("""{\"id\": $id, \"result\": \"\\ud83d\"}""", "no Unicode")]
    public async Task Call_ProgramAnswersUnsoundJson_IsAFailureThatSaysSo(string answer, string told)
    {
        using var run = new RunFixture();
        await using var target = Target(run, $$"""
            while read -r line; do {{TakeId}}
              printf '%s\n' "{{answer}}"
            done
            """);

        Assert.That((await target.CallAsync([], Configs.Case(), 0, default)).Answer.Failure!.Message, Does.Contain(told));
    }

    [Test]
    public async Task Call_ProgramTellsAnIncredibleCost_IsFree()
    {
        using var run = new RunFixture();
        await using var target = Target(run, Echo.Replace("0.25", "1e40", StringComparison.Ordinal));

        Assert.That((await target.CallAsync([], Configs.Case(), 0, default)).CostUsd, Is.Zero);
        Assert.That(run.Ledger.Dollars, Is.Zero);
    }

    [Test]
    public async Task Call_NoSuchProgram_IsNamed()
    {
        using var run = new RunFixture();
        var api = new ApiConfig { Name = "x", Command = ["/no/such/program"] };
        await using var target = TargetFactory.Create(Configs.Of(api), run.Services);

        Assert.That(
            (await target.CallAsync([], Configs.Case(), 0, default)).Answer.Failure!.Message, Does.Contain("/no/such/program"));
    }

    private static ICallTarget Target(RunFixture run, string script, int workers = 1, double timeout = 20)
    {
        var api = new ApiConfig
        {
            Name = "program",
            Command = ImmutableArray.Create("sh", "-c", script),
            Request = new RequestConfig { TimeoutSeconds = timeout },
        };
        var config = Configs.Of(api);
        return TargetFactory.Create(
            config with { Optimization = config.Optimization with { ParallelWorkers = workers } }, run.Services);
    }

    private static bool IsRunning(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
