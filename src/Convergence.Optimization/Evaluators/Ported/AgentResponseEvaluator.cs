using System.Text.Json.Nodes;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Evaluators.Ported;

/// <summary>
/// The evaluator of the Discord, Gmail and Reddit examples: .4 accuracy (<see cref="AgentAccuracy"/>) + .3 completeness + .2 latency
/// + .1 token efficiency. A metric whose name speaks of completeness, latency or tokens gets that part, <c>tool_accuracy</c> the accuracy,
/// any other the aggregate.
/// </summary>
/// <remarks>
/// What differs from the original: it looked for Discord's expectations one level too deep, so that tools and parameters always scored 1;
/// its completeness counted flags of the expectation instead of looking at the response; and answers that did not tell their tokens or
/// their latency scored as the best. Here completeness is of the response, the measured latency stands in for one that is not told, and
/// unknown tokens score the least.
/// </remarks>
public sealed class AgentResponseEvaluator : IEvaluator
{
    private const double UnknownTokens = .5;

    private AgentResponseEvaluator(string service) => Name = $"{service}_evaluator.score_{service}_agent_response";

    public static AgentResponseEvaluator Discord { get; } = new("discord");

    public static AgentResponseEvaluator Gmail { get; } = new("gmail");

    public static AgentResponseEvaluator Reddit { get; } = new("reddit");

    public string Name { get; }

    public double Score(EvaluatorInput input, string? metric)
    {
        var answer = input.Response as JsonObject ?? [];
        var expected = input.Expected.Map("expected") is not null ? input.Expected.Section("expected") : input.Expected;
        var score = metric?.ToLowerInvariant() switch
        {
            "tool_accuracy" => AgentAccuracy.Of(answer, expected),
            { } name when name.Contains("complete", StringComparison.Ordinal) => Completeness(answer, expected),
            { } name when name.Contains("latency", StringComparison.Ordinal) => Latency(answer, input.LatencyMilliseconds),
            { } name when name.Contains("token", StringComparison.Ordinal) => TokenEfficiency(answer),
            _ => (.4 * AgentAccuracy.Of(answer, expected)) + (.3 * Completeness(answer, expected))
                + (.2 * Latency(answer, input.LatencyMilliseconds)) + (.1 * TokenEfficiency(answer)),
        };
        return PythonRounding.Round(Math.Clamp(score, 0, 1), 3);
    }

    // The mean of: a final response, a result of every tool that was to be called, and the fields that results must have.
    private static double Completeness(JsonObject answer, Expectation expected)
    {
        var parts = new List<double> { string.IsNullOrWhiteSpace(JsonValues.Text(answer["final_response"])) ? 0 : 1 };
        var tools = expected.Texts("tools_called").Length;
        if (tools > 0)
        {
            parts.Add(Math.Min(1, (double)AgentAccuracy.ResultsOf(answer).Count / tools));
        }

        if (AgentAccuracy.RequiredFields(answer, expected) is { } fields)
        {
            parts.Add(fields);
        }

        return parts.Average();
    }

    private static double Latency(JsonObject answer, double? measured) =>
        (AnswerNumbers.Find(answer, "latency_seconds") ?? (measured / 1000)) switch
        {
            < 2 => 1,
            < 5 => .9,
            < 10 => .7,
            < 30 => .5,
            _ => .2,
        };

    private static double TokenEfficiency(JsonObject answer) =>
        (AnswerNumbers.Find(answer["tokens_used"], "total") ?? AnswerNumbers.Find(answer, "tokens_used")) switch
        {
            null => UnknownTokens,
            < 500 => 1,
            < 1000 => .9,
            < 2000 => .7,
            _ => .5,
        };
}
