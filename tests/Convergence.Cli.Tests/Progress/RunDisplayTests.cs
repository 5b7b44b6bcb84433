using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Cli.Progress;
using Convergence.Cli.Tests.Support;
using Convergence.Evolution.Search;
using Convergence.EvoMerge.Results;
using Convergence.EvoMerge.Runs;

namespace Convergence.Cli.Tests.Progress;

public sealed class RunDisplayTests
{
    private static readonly RunOutcome Outcome = new(StopReason.Generations, null, "checkpoints/tiny/generation_0002.json", null);

    private static readonly RunEvent[] Course =
    [
        new RunStarted(new JsonObject { ["seed"] = 5 }, "CPU, 2 threads", 2, null, 0),
        new PhaseStarted(RunPhase.ScoringParents, 4),
        new CandidateEvaluated(-1, "parent", null, false, 0, .2, null),
        new PhaseStarted(RunPhase.Evolving, 0),
        new CandidateEvaluated(0, "ties", .5, false, .1, .2, null),
        new CandidateEvaluated(0, "dare", null, false, .1, .2, "NaN logits"),
        Generation(0, .5, failures: 1),
        new RunNote("the objective [speed] cannot move"),
        new CandidateEvaluated(1, "ties", .5, true, 0, 0, null),
        Generation(1, .625, failures: 0),
        new CheckpointWritten("checkpoints/tiny/generation_0002.json", 2),
        new RunCompleted(Outcome),
    ];

    [Test]
    public void Plain_WritesALinePerGenerationWithItsFigures()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var display = new PlainDisplay(output, TextWriter.Null);
        Array.ForEach(Course, display.Report);
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines[3], Is.EqualTo(
            "generation 1/2  best 0.5000  mean 0.4500  diversity 0.310  evaluated 2 (cached 0)  failed 1  3.5/s  left 1 min 05 s"));
        Assert.That(lines[5], Does.StartWith("generation 2/2  best 0.6250"));
        Assert.That(lines, Has.Length.EqualTo(7), "candidates are not worth a line each");
        Assert.That(output.ToString(), Does.Not.Contain("\u001b"));
    }

    [TestCase(1, "device CPU; 3 at a time")]
    [TestCase(6, "device CPU; up to 6 scored together")]
    public void Plain_SaysHowManyCandidatesAreScoredAtOnce(int together, string line)
    {
        using var output = new StringWriter { NewLine = "\n" };
        new PlainDisplay(output, TextWriter.Null).Report(new RunStarted([], "CPU", 3, null, 0, Together: together));
        Assert.That(output.ToString(), Is.EqualTo(line + "\n"));
    }

    [Test]
    public void Json_WritesAnObjectPerEvent()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var display = new JsonDisplay(output, TextWriter.Null);
        Array.ForEach(Course, display.Report);
        var lines = output.ToString()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<JsonElement>(line))
            .ToList();
        Assert.That(
            lines.Select(line => line.GetProperty("event").GetString()),
            Is.EqualTo("started phase phase generation note generation checkpoint".Split(' ')));
        Assert.That(lines[0].GetProperty("configuration").GetProperty("seed").GetInt32(), Is.EqualTo(5));
        Assert.That(lines[1].GetProperty("phase").GetString(), Is.EqualTo("scoring_parents"));
        Assert.That(lines[5].GetProperty("generation").GetInt32(), Is.EqualTo(2));
        Assert.That(lines[5].GetProperty("best").GetDouble(), Is.EqualTo(.625));
        Assert.That(lines[5].GetProperty("seconds_left").GetDouble(), Is.EqualTo(65));
    }

    [Test]
    public void Live_ShowsGenerationFitnessAndPaceAndLetsNotesThrough()
    {
        using var terminal = new DrawnConsole(width: 110);
        var display = new Cli.Progress.LiveDisplay(terminal.Console, "tiny [job]", TimeProvider.System);
        var outcome = display.Show(() =>
        {
            Array.ForEach(Course, display.Report);
            return Outcome;
        });

        Assert.That(outcome, Is.SameAs(Outcome));
        var last = terminal.Last;
        Assert.That(last, Does.Contain("tiny [job]"));
        Assert.That(last, Does.Contain("2 of 2"));
        Assert.That(last, Does.Contain("0.6250"));
        Assert.That(last, Does.Contain("1 min 05 s"));
        Assert.That(last, Does.Contain("3.5 a second"));
        Assert.That(last, Does.Contain("2 (cached 1, 1 failed)"), "a parent is no candidate");
        Assert.That(terminal.Drawn, Does.Contain("0 of 4"));
        Assert.That(terminal.Drawn, Does.Contain("note: the objective [speed] cannot move"));
    }

    private static GenerationCompleted Generation(int generation, double best, int failures) => new(
        new GenerationRecord(new GenerationSummary(generation, best, .45, .31, [1, 1], .05, 0, failures), 2, 0, .1, .2, .3, "ties"),
        2,
        3.5,
        TimeSpan.FromSeconds(65));
}
