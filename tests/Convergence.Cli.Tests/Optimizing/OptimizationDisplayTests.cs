using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Cli.Optimizing;
using Convergence.Cli.Tests.Support;
using Convergence.Optimization.Runs;
using Convergence.Optimization.Runs.Events;

namespace Convergence.Cli.Tests.Optimizing;

public sealed class OptimizationDisplayTests
{
    private static readonly RunForecast Forecast = new()
    {
        Configurations = 40,
        SearchCases = 8,
        HeldOutCases = 4,
        Calls = (100, 320),
        Tokens = (1000, 64000),
        Dollars = (.01m, .5m),
        Duration = (TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(90)),
    };

    private static readonly OptimizationEvent[] Course =
    [
        new RunStarted("chat_1_abc", Forecast, 3),
        Call(replayed: true, null),
        Call(replayed: false, null),
        Call(replayed: false, "HTTP 500"),
        new ConfigurationFinished(Configuration(0, .625, pruned: false), .625),
        new ConfigurationFinished(Configuration(1, .9, pruned: true), .625),
        new Noted("api.auth [x]: is not sent"),
        new GenerationFinished(1, 5, .625, .5, new SpendSummary(.0123m, 2, 300, 1, TimeSpan.FromSeconds(4)), TimeSpan.FromSeconds(65)),
    ];

    [Test]
    public void Plain_WritesALinePerGenerationWithSpendAndTimeLeft([Values] bool isVerbose)
    {
        using var output = new StringWriter { NewLine = "\n" };
        Array.ForEach(Course, new PlainOptimizationDisplay(output, isVerbose).Report);
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(
            lines[0], Does.StartWith("run chat_1_abc: at most 40 configurations on 8 cases (4 more are held out), 100 to 320 calls"));
        Assert.That(lines[0], Does.EndWith("goes on, 3 configurations are kept"));
        Assert.That(
            lines[^1], Is.EqualTo("generation 1/5  best 0.6250  mean 0.5000  calls 2 (kept 1)  spent $0.0123  left 1 min 05 s"));
        Assert.That(lines, Has.Length.EqualTo(isVerbose ? 5 : 3));
        const string GivenUp = "#2  0.9000  tpe: temperature 0.5  given up early";
        Assert.That(output.ToString().Contains(GivenUp, StringComparison.Ordinal), Is.EqualTo(isVerbose));
    }

    [Test]
    public void Json_WritesAnObjectPerEvent()
    {
        using var output = new StringWriter { NewLine = "\n" };
        Array.ForEach(Course, new JsonOptimizationDisplay(output).Report);
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToList();
        Assert.That(
            lines.Select(line => line.GetProperty("event").GetString()),
            Is.EqualTo("started configuration configuration note generation".Split(' ')));
        Assert.That(lines[0].GetProperty("forecast").GetProperty("usd")[1].GetDecimal(), Is.EqualTo(.5m));
        Assert.That(lines[1].GetProperty("parameters").GetProperty("temperature").GetDouble(), Is.EqualTo(.5));
        Assert.That(lines[2].GetProperty("given_up").GetBoolean());
        Assert.That(lines[4].GetProperty("usd").GetDecimal(), Is.EqualTo(.0123m));
        Assert.That(lines[4].GetProperty("seconds_left").GetDouble(), Is.EqualTo(65));
    }

    [Test]
    public void Live_ShowsScoreSpendAndTimeLeft_AndLetsNotesThrough()
    {
        using var terminal = new DrawnConsole(width: 120);
        var display = new LiveOptimizationDisplay(terminal.Console, "chat [api]", TimeProvider.System);
        Assert.That(
            () => display.Show(() =>
            {
                Array.ForEach(Course, display.Report);
                throw new OperationCanceledException();
            }),
            Throws.InstanceOf<OperationCanceledException>());

        var last = terminal.Last;
        Assert.That(last, Does.Contain("chat [api]").And.Contain("1 of 5").And.Contain("0.6250").And.Contain("1 min 05 s"));
        Assert.That(last, Does.Contain("2 of at most 320").And.Contain("1 kept from before").And.Contain("1 calls failed"));
        Assert.That(last, Does.Contain("best: temperature 0.5"), "what was given up early is not the best");
        Assert.That(last, Does.Contain("of at most $0.5000"));
        Assert.That(terminal.Drawn, Does.Contain("note: api.auth [x]: is not sent"));
    }

    private static CaseFinished Call(bool replayed, string? error) => new(0, new CaseOutcome
    {
        TestCaseId = "case",
        Repetition = 0,
        Input = [],
        Score = error is null ? .5 : null,
        Error = error,
        CostUsd = .01,
    }, replayed);

    private static ConfigurationOutcome Configuration(int id, double score, bool pruned) => new()
    {
        Id = id,
        Parameters = new JsonObject { ["temperature"] = .5 },
        Generation = 1,
        Origin = "tpe",
        Timestamp = DateTimeOffset.UnixEpoch,
        Score = score,
        Metrics = ImmutableSortedDictionary<string, double>.Empty.Add("quality", score),
        IsPruned = pruned,
    };
}
