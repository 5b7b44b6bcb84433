using System.Text.Json.Nodes;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Evaluators.Ported;

/// <summary>
/// The BrowserBase example's evaluator. <c>success_rate</c> goes by the session's state or the elements that were scraped,
/// <c>execution_time_ms</c> by how long it took; any other metric scores .6. An answer that is none of BrowserBase's is scored by the
/// parameters alone (<see cref="BrowserHeuristics"/>).
/// </summary>
/// <remarks>
/// What differs from the original: answers of BrowserBase do not say how long they took, so its time scored 1 for every configuration;
/// here the measured latency stands in.
/// </remarks>
public sealed class BrowserBaseEvaluator : IEvaluator
{
    private const double Neutral = .6;

    // Numbers above are microseconds, positive ones below the second are seconds.
    private const double LeastMicroseconds = 100_000;
    private const double MostSeconds = 100;

    private static readonly string[] TimeKeys = ["execution_time", "duration", "time_ms"];

    public string Name => "browserbase_evaluator.score_browserbase_response";

    public double Score(EvaluatorInput input, string? metric)
    {
        var score = (metric, input.Response) switch
        {
            ("success_rate", JsonObject answer) when IsReal(answer) => Success(answer, input.Expected),
            ("execution_time_ms", JsonObject answer) when IsReal(answer) =>
                Time(Milliseconds(answer) ?? input.LatencyMilliseconds ?? 0),
            (_, JsonObject answer) when IsReal(answer) => Neutral,
            ("success_rate", _) => BrowserHeuristics.Success(input.Parameters),
            ("execution_time_ms", _) => BrowserHeuristics.Time(input.Parameters),
            _ => Neutral,
        };
        return PythonRounding.Round(Math.Clamp(score, 0, 1), 3);
    }

    private static bool IsReal(JsonObject answer) => answer.ContainsKey("status") || answer.ContainsKey("data");

    private static double Success(JsonObject answer, Expectation expected)
    {
        if (JsonValues.Text(answer["status"]) is "failed" or "error")
        {
            return .1;
        }

        var state = JsonValues.Text((answer["data"] as JsonObject)?["session_status"]) ?? JsonValues.Text(answer["status"]);
        return state?.ToUpperInvariant() switch
        {
            "RUNNING" or "READY" => 1,
            "STARTING" or "PENDING" or "STARTED" => .9,
            _ => Elements(answer["data"]) is { } count
                ? count >= expected.Number("min_elements", 1) ? 1 : count > 0 ? .7 : .2
                : .5,
        };
    }

    private static int? Elements(JsonNode? data) => data switch
    {
        JsonArray list => list.Count,
        JsonObject map => map.Select(entry => entry.Value).OfType<JsonArray>().Select(list => (int?)list.Count).Max(),
        _ => null,
    };

    private static double? Milliseconds(JsonObject answer) =>
        new[] { answer, answer["data"], answer["metadata"] }
            .Select(part => AnswerNumbers.Find(part, TimeKeys))
            .FirstOrDefault(time => time is not null) switch
        {
            > LeastMicroseconds and { } microseconds => microseconds / 1000,
            > 0 and < MostSeconds and { } seconds => seconds * 1000,
            var milliseconds => milliseconds,
        };

    private static double Time(double milliseconds) => milliseconds switch
    {
        <= 5000 => 1,
        <= 10_000 => .8,
        <= 20_000 => .5,
        <= 30_000 => .3,
        _ => .1,
    };
}
