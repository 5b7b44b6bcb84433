using System.Text.Json.Nodes;
using Convergence.Optimization.Evaluators;

namespace Convergence.Optimization.Tests.Evaluators;

public sealed class MetricsTests
{
    [TestCase(500, 2000.0, .75)]
    [TestCase(2000, 2000.0, 0)]
    [TestCase(2500, 2000.0, 0)]
    [TestCase(500, null, .9)]
    [TestCase(2000, null, .6)]
    public void Latency(double milliseconds, double? threshold, double score) =>
        Assert.That(Metrics.Latency(milliseconds, threshold), Is.EqualTo(score).Within(1e-12));

    [TestCase(.02, .05, .6)]
    [TestCase(.06, .05, 0)]
    [TestCase(.02, null, .98)]
    public void Cost(double dollars, double? budget, double score) =>
        Assert.That(Metrics.Cost(dollars, budget), Is.EqualTo(score).Within(1e-12));

    [TestCase("\"60\"", "60", 1)]
    [TestCase("""{"a": 1, "b": [2]}""", """{"b": [2], "a": 1}""", 1)]
    [TestCase("[1, 2]", "[2, 1]", 0)]
    [TestCase("\"a\"", "\"A\"", 0)]
    [TestCase("null", "null", 1)]
    public void Exact_match(string answer, string expected, double score) =>
        Assert.That(Metrics.ExactMatch(JsonNode.Parse(answer), JsonNode.Parse(expected)), Is.EqualTo(score));
}
