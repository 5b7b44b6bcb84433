using System.Text.Json.Nodes;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Evaluators.Ported;

/// <summary>
/// The OpenAI example's evaluator: quality of the text (.6 share of <c>contains</c> + .25 form + .15 length),
/// latency against <c>max_latency_ms</c> (2000), and cost against <c>max_cost_usd</c> (.01) and <c>target_tokens</c> (200).
/// A metric's name asks for one of these parts.
/// </summary>
/// <remarks>
/// What differs from the original: providers' answers say neither latency nor cost, so that it scored the neutral .8 for all; here what was
/// measured stands in.
/// </remarks>
public sealed class OpenAiResponseEvaluator : IEvaluator
{
    private const double Unknown = .8;
    private readonly bool _isReasoning;

    private OpenAiResponseEvaluator(string function, bool isReasoning)
    {
        Name = $"openai_responses.{function}";
        _isReasoning = isReasoning;
    }

    /// <summary>Aggregate: .5 quality + .25 latency + .25 cost.</summary>
    public static OpenAiResponseEvaluator Standard { get; } = new("score_openai_response", isReasoning: false);

    /// <summary>Aggregate: .5 completeness + .2 form + .2 cost + .1 latency.</summary>
    public static OpenAiResponseEvaluator Reasoning { get; } = new("score_reasoning_response", isReasoning: true);

    public string Name { get; }

    public double Score(EvaluatorInput input, string? metric)
    {
        var text = input.Text;
        var completeness = input.Expected.ShareContained(text);
        var form = Form(text);
        var length = AnswerForm.Length(text, input.Expected, excessWeight: .5);
        var quality = (.6 * completeness) + (.25 * form) + (.15 * length);
        var latency = Latency(input);
        var cost = Cost(input);
        var score = metric switch
        {
            "completeness" => completeness,
            "quality" => form,
            "length" => length,
            "latency" => latency,
            "cost" => cost,
            "response_quality" or "quality_score" => quality,
            _ => _isReasoning
                ? (.5 * completeness) + (.2 * form) + (.2 * cost) + (.1 * latency)
                : (.5 * quality) + (.25 * latency) + (.25 * cost),
        };
        return PythonRounding.Round(score, 3);
    }

    private static double Form(string text) =>
        (AnswerForm.BeginsUpper(text) ? .3 : .1)
        + (.4 * AnswerForm.Variety(text))
        + (text.Length switch { < 10 => .1, <= 1000 => .3, _ => .2 });

    private static double Latency(EvaluatorInput input) =>
        (AnswerNumbers.Find(input.Response, "latency_ms") ?? input.LatencyMilliseconds) is { } latency
            ? Against(latency / input.Expected.Number("max_latency_ms", 2000))
            : Unknown;

    private static double Cost(EvaluatorInput input)
    {
        var parts = new List<double>();
        if ((AnswerNumbers.Find(input.Response, "cost_usd") ?? input.CostUsd) is { } cost)
        {
            parts.Add(Against(cost / input.Expected.Number("max_cost_usd", .01)));
        }

        if (AnswerNumbers.Find((input.Response as JsonObject)?["usage"], "total_tokens") is { } tokens)
        {
            var ratio = tokens / input.Expected.Number("target_tokens", 200);
            parts.Add(ratio <= 1 ? 1 : ratio <= 2 ? Math.Max(.7, 1 - (.3 * (ratio - 1))) : .6);
        }

        return parts.Count == 0 ? Unknown : parts.Average();
    }

    // How a measure that should be small compares with its target.
    private static double Against(double ratio) => ratio switch
    {
        <= .5 => 1,
        <= 1 => .85 + (.15 * (1 - ratio)),
        <= 2 => Math.Max(.5, .85 - (.35 * (ratio - 1))),
        _ => Math.Max(.2, .5 - (.1 * (ratio - 2))),
    };
}
