using System.Text.Json.Nodes;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Evaluators.Ported;

/// <summary>
/// The Azure example's evaluator: signs of an argued answer, length, latency and cost, together .4 + .2 + .2 + .2.
/// It does not look at the expected answer.
/// </summary>
/// <remarks>What differs from the original: the measured latency comes before a guess from the number of tokens.</remarks>
public sealed class AzureResponseEvaluator : IEvaluator
{
    private const double PromptTokenPrice = 1.5e-7;
    private const double CompletionTokenPrice = 6e-7;
    private static readonly string[] Conclusions = ["answer", "result", "solution", "therefore"];
    private static readonly string[] Reasons = ["because", "since", "thus", "hence", "first", "then", "step"];

    public string Name => "azure_multi_model_evaluator.score_azure_response";

    public double Score(EvaluatorInput input, string? metric)
    {
        if (input.Response is not JsonObject answer)
        {
            throw new EvaluatorException($"{Name}: there is no answer to score.");
        }

        var choices = answer["choices"] as JsonArray;
        var reason = (string?)((choices?.Count > 0 ? choices[0] as JsonObject : null)?["finish_reason"] as JsonValue);
        if (reason == "content_filter")
        {
            throw new EvaluatorException($"{Name}: the answer was held back by the provider's content filter.");
        }

        var text = choices is null ? input.Text : (string?)(choices[0]?["message"]?["content"] as JsonValue) ?? string.Empty;
        var isEmpty = string.IsNullOrWhiteSpace(text);
        var score = metric switch
        {
            "latency_sec" => isEmpty && reason != "length" ? 0 : Latency(answer, input.LatencyMilliseconds),
            "cost_per_task" => isEmpty && reason != "length" ? 0 : Cost(answer["usage"]),
            _ when isEmpty => 0,
            "response_quality" => Quality(text),
            "response_length" => Length(text.Length),
            _ => (.4 * Quality(text)) + (.2 * Length(text.Length))
                + (.2 * Latency(answer, input.LatencyMilliseconds)) + (.2 * Cost(answer["usage"])),
        };
        return PythonRounding.Round(Math.Clamp(score, 0, 1), 3);
    }

    private static double Quality(string text)
    {
        var reasons = Reasons.Count(word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
        return (text.Length > 50 ? .3 : 0) + (text.Length > 150 ? .2 : 0)
            + (Conclusions.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase)) ? .3 : 0)
            + Math.Min(reasons / 3.0, .2);
    }

    private static double Length(int length) => length switch
    {
        >= 100 and <= 500 => 1,
        >= 50 and <= 1000 => .8,
        >= 20 and <= 2000 => .6,
        _ => .3,
    };

    private static double Latency(JsonObject answer, double? measured)
    {
        var seconds = (AnswerNumbers.Find(answer, "latency_ms", "response_time_ms")
            ?? measured
            ?? (AnswerNumbers.Find(answer["usage"], "total_tokens") / 2)
            ?? 2000) / 1000;
        return seconds switch { < 1 => 1, < 5 => 1 - ((seconds - 1) / 8), < 10 => .5 - ((seconds - 5) / 10), _ => 0 };
    }

    private static double Cost(JsonNode? usage)
    {
        var cost = (PromptTokenPrice * (AnswerNumbers.Find(usage, "prompt_tokens") ?? 0))
            + (CompletionTokenPrice * (AnswerNumbers.Find(usage, "completion_tokens") ?? 0));
        return cost switch { < .001 => 1, < .01 => 1 - ((cost - .001) / .018), < .1 => .5 - ((cost - .01) / .18), _ => 0 };
    }
}
