using System.Text.Json.Nodes;
using Convergence.Optimization.Evaluators;
using Convergence.Optimization.Evaluators.Ported;

namespace Convergence.Optimization.Tests.Evaluators;

public sealed class BrowserBaseEvaluatorTests
{
    private const string Session = """{"status": "success", "data": {"session_status": "RUNNING"}}""";

    [TestCase("success_rate", 1)]
    [TestCase("execution_time_ms", 1)]
    [TestCase("cost_per_session", .6)]
    public void Score_AdaptersAnswer_IsTheOriginals(string metric, double score) =>
        Assert.That(new BrowserBaseEvaluator().Score(Inputs.Json(Session), metric), Is.EqualTo(score));

    [TestCase("""{"status": "failed"}""", .1)]
    [TestCase("""{"status": "success", "data": {"session_status": "PENDING"}}""", .9)]
    [TestCase("""{"status": "success", "data": {"session_status": "ERROR"}}""", .5)]
    [TestCase("""{"status": "success", "data": [1, 2, 3]}""", 1)]
    [TestCase("""{"status": "success", "data": [1]}""", .7)]
    [TestCase("""{"status": "success", "data": []}""", .2)]
    public void Score_Success_GoesByTheState(string answer, double score) => Assert.That(
        new BrowserBaseEvaluator().Score(Inputs.Json(answer, """{"min_elements": 2}"""), "success_rate"), Is.EqualTo(score));

    [TestCase("7", .8)]
    [TestCase("7000", .8)]
    [TestCase("25000000", .3)]
    public void Score_TimeOfAnyUnit_IsRead(string time, double score) => Assert.That(
        new BrowserBaseEvaluator().Score(Inputs.Json($$"""{"status": "success", "duration": {{time}}}"""), "execution_time_ms"),
        Is.EqualTo(score));

    [Test]
    public void Score_TimeNotTold_IsTheMeasuredOne() => Assert.That(
        new BrowserBaseEvaluator().Score(Inputs.Json(Session) with { LatencyMilliseconds = 12_000 }, "execution_time_ms"),
        Is.EqualTo(.5));

    [TestCase("success_rate", 1)]
    [TestCase("execution_time_ms", .7)]
    public void Score_NoAnswer_GoesByTheParameters(string metric, double score)
    {
        var parameters = (JsonObject)JsonNode.Parse("""
            {"browser_type": "chromium", "timeout": 8000, "headless": true, "viewport": "1920x1080", "wait_for": "network_idle"}
            """)!;
        var input = new EvaluatorInput(null, Expectation.None, parameters);

        Assert.That(new BrowserBaseEvaluator().Score(input, metric), Is.EqualTo(score));
    }
}
