using System.Text.Json.Nodes;
using Convergence.Optimization.Calls;

namespace Convergence.Optimization.Adapters;

/// <summary>Anthropic's Messages: the system text stands beside the messages, and <c>max_tokens</c> must be given.</summary>
public sealed class AnthropicAdapter : JsonAdapter
{
    private const int DefaultMaxTokens = 1024;

    protected override IEnumerable<KeyValuePair<string, string>> ExtraHeaders => [KeyValuePair.Create("anthropic-version", "2023-06-01")];

    // A model that has nothing to add ends its turn with empty content.
    public override CallFailure? FindFailure(JsonNode? body) =>
        AnswerFailures.Told(body)
        ?? ((body as JsonObject)?["content"] is JsonArray ? null : AnswerFailures.Missing("content", body));

    protected override void Shape(JsonObject body)
    {
        JsonMaps.Rename(body, "system_prompt", "system");
        Prompts.EnsureMessages(body, "the Messages endpoint", hasSystemRole: false);
        JsonMaps.Rename(body, "stop", "stop_sequences");
        body["max_tokens"] ??= DefaultMaxTokens;
        if (body["stop_sequences"] is JsonValue stop)
        {
            body["stop_sequences"] = new JsonArray(stop.DeepClone());
        }
    }
}
