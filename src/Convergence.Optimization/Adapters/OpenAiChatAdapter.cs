using System.Text.Json.Nodes;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Adapters;

/// <summary>
/// OpenAI's chat completions, which Groq and many servers speak, too. A prompt becomes a message. A model that reasons gets
/// <c>max_completion_tokens</c> in place of <c>max_tokens</c>, and none of the sampling parameters that it refuses.
/// </summary>
public class OpenAiChatAdapter : JsonAdapter
{
    // A router that loses its provider half-way says so in the choice.
    public override CallFailure? FindFailure(JsonNode? body) =>
        AnswerFailures.Told(body)
        ?? (((body as JsonObject)?["choices"] as JsonArray)?.FirstOrDefault() is not JsonObject choice
            ? AnswerFailures.Missing("choices", body)
            : AnswerFailures.Told(choice)
                ?? (choice["message"] is JsonObject || JsonValues.Text(choice["text"]) is not null
                    ? null
                    : AnswerFailures.Missing("message", body)));

    protected override void Shape(JsonObject body)
    {
        Prompts.EnsureMessages(body, "a chat endpoint", hasSystemRole: true);
        if (ReasoningModels.Contains(JsonValues.Text(body["model"])))
        {
            JsonMaps.Rename(body, "max_tokens", "max_completion_tokens");
            foreach (var refused in ReasoningModels.RefusedParameters)
            {
                body.Remove(refused);
            }
        }
    }
}
