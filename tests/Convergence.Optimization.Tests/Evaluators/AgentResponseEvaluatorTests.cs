using Convergence.Optimization.Evaluators;
using Convergence.Optimization.Evaluators.Ported;

namespace Convergence.Optimization.Tests.Evaluators;

public sealed class AgentResponseEvaluatorTests
{
    private const string Expected = """
        {
          "tools_called": ["list_channels", "send_message"],
          "tool_sequence": [{"tool": "send_message", "params": {"channel": "general", "count": 2}}],
          "result_validation": {
            "schema": {"type": "array", "items": {"required_fields": ["id", "name"]}},
            "data_checks": {"min_items": 2},
            "keywords": {"required_in_response": ["general", "random", "sent"], "min_matches": 2}
          }
        }
        """;

    private const string Good = """
        {
          "final_response": "Sent to general; random was left out.",
          "tool_calls": [
            {"function": "list_channels", "arguments": {}},
            {"function": "send_message", "arguments": "{\"channel\": \"General\", \"count\": \"2\"}"}
          ],
          "tool_results": [[{"id": 1, "name": "general"}, {"id": 2, "name": "random"}], "ok"],
          "tokens_used": {"total": 450}, "latency_seconds": 1.2
        }
        """;

    [Test]
    public void Score_AllAsExpected_IsOne() =>
        Assert.That(AgentResponseEvaluator.Discord.Score(Inputs.Json(Good, Expected), null), Is.EqualTo(1));

    [TestCase("\"list_channels\"", "\"search\"", "tool_accuracy", .85)]
    [TestCase("general\\\"", "other\\\"", "tool_accuracy", 1)]
    [TestCase("\\\"General\\\"", "\\\"other\\\"", "tool_accuracy", .9)]
    [TestCase("\"id\": 2, ", "", "tool_accuracy", .975)]
    [TestCase("Sent to general; random was left out.", "", "completeness", .667)]
    [TestCase("Sent to general; random was left out.", "Done.", "tool_accuracy", .8)]
    [TestCase("450", "1500", "token_efficiency", .7)]
    [TestCase("1.2", "12", "latency_sec", .5)]
    public void Score_SomethingElse_CostsItsShare(string good, string bad, string metric, double score) => Assert.That(
        AgentResponseEvaluator.Gmail.Score(Inputs.Json(Good.Replace(good, bad, StringComparison.Ordinal), Expected), metric),
        Is.EqualTo(score));

    [Test]
    public void Score_Discord_ReadsTheExpectationAtItsLevel()
    {
        var input = Inputs.Json("""{"final_response": "x", "tool_calls": []}""", """{"tools_called": ["send_message"]}""");

        Assert.That(AgentResponseEvaluator.Discord.Score(input, "tool_accuracy"), Is.EqualTo(.7), "The original gave 1.");
    }

    [Test]
    public void Score_NothingTold_DoesNotScoreAsTheBest()
    {
        var input = Inputs.Json("{}") with { LatencyMilliseconds = 7000 };

        Assert.That(AgentResponseEvaluator.Reddit.Score(input, "latency"), Is.EqualTo(.7));
        Assert.That(AgentResponseEvaluator.Reddit.Score(input, "token_efficiency"), Is.EqualTo(.5));
        Assert.That(AgentResponseEvaluator.Reddit.Score(input, "completeness"), Is.Zero);
    }

    [TestCase("discord")]
    [TestCase("gmail")]
    [TestCase("reddit")]
    public void Find_ByModuleAndFunction_IsThere(string service) => Assert.That(
        BuiltInEvaluators.Find($"{service}_evaluator.score_{service}_agent_response"), Is.InstanceOf<AgentResponseEvaluator>());
}
