using System.Text.Json.Nodes;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Adapters;

/// <summary>
/// Google's <c>generateContent</c>: the prompt in <c>contents</c>, the parameters in <c>generationConfig</c>
/// under Google's names, the model in the address (<c>{model}</c>).
/// </summary>
public sealed class GeminiAdapter : JsonAdapter
{
    private static readonly (string Key, string Name)[] Parameters =
    [
        ("temperature", "temperature"),
        ("top_p", "topP"),
        ("topP", "topP"),
        ("top_k", "topK"),
        ("topK", "topK"),
        ("max_tokens", "maxOutputTokens"),
        ("max_output_tokens", "maxOutputTokens"),
        ("maxOutputTokens", "maxOutputTokens"),
        ("stop", "stopSequences"),
        ("seed", "seed"),
    ];

    // A candidate that was cut off before its first word has a reason and no content; a refused prompt has no candidate.
    public override CallFailure? FindFailure(JsonNode? body) =>
        AnswerFailures.Told(body)
        ?? (((body as JsonObject)?["candidates"] as JsonArray)?.FirstOrDefault() is JsonObject candidate
            && (candidate["content"] ?? candidate["finishReason"]) is not null ? null
            : JsonValues.Text(((body as JsonObject)?["promptFeedback"] as JsonObject)?["blockReason"]) is { } reason
                ? new CallFailure(CallFailureKind.Reported, $"the prompt was blocked: {reason}")
                : AnswerFailures.Missing("candidates", body));

    protected override void Shape(JsonObject body)
    {
        body.Remove("model");
        if (!body.ContainsKey("contents"))
        {
            var prompt = Prompts.Take(body) ?? throw Prompts.Missing("Gemini");
            body["contents"] = new JsonArray(new JsonObject { ["role"] = "user", ["parts"] = Parts(prompt) });
        }

        if ((JsonMaps.Take(body, "system") ?? JsonMaps.Take(body, "system_prompt")) is JsonValue system)
        {
            body["systemInstruction"] = new JsonObject { ["parts"] = Parts(system.ToString()) };
        }

        var options = body["generationConfig"] as JsonObject ?? [];
        foreach (var (key, name) in Parameters)
        {
            if (body.ContainsKey(key))
            {
                options[name] = JsonMaps.Take(body, key);
            }
        }

        if (options.Parent is null && options.Count > 0)
        {
            body["generationConfig"] = options;
        }
    }

    private static JsonArray Parts(string text) => [new JsonObject { ["text"] = text }];
}
