using System.Text.Json.Nodes;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Adapters;

/// <summary>OpenAI's Responses: <c>input</c> in place of messages, <c>max_output_tokens</c> in place of <c>max_tokens</c>.</summary>
public sealed class OpenAiResponsesAdapter : JsonAdapter
{
    // Where all tokens went into reasoning, the output may be empty.
    public override CallFailure? FindFailure(JsonNode? body) =>
        AnswerFailures.Told(body)
        ?? ((body as JsonObject)?["output"] is JsonArray output
            && (output.Count > 0 || JsonValues.Text(body["status"]) == "incomplete")
                ? null
                : AnswerFailures.Missing("output", body));

    protected override void Shape(JsonObject body)
    {
        if (!body.ContainsKey("input"))
        {
            JsonMaps.Rename(body, "messages", "input");
            body["input"] ??= Prompts.Take(body) ?? throw Prompts.Missing("the Responses endpoint");
        }

        JsonMaps.Rename(body, "system", "instructions");
        JsonMaps.Rename(body, "max_tokens", "max_output_tokens");
        if (ReasoningModels.Contains(JsonValues.Text(body["model"])))
        {
            body.Remove("temperature");
            body.Remove("top_p");
        }
    }
}
