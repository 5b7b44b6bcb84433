using System.Text.Json.Nodes;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Adapters;

/// <summary>Finds what a test case says to a model, whichever key it uses.</summary>
internal static class Prompts
{
    private static readonly string[] Keys = ["prompt", "message", "query", "question", "text", "input"];

    /// <summary>Takes the prompt out of a body; <see langword="null"/> where it has none.</summary>
    public static string? Take(JsonObject body)
    {
        var key = Keys.FirstOrDefault(key => JsonValues.Text(body[key]) is not null);
        return key is null ? null : (string?)JsonMaps.Take(body, key);
    }

    /// <summary>Makes <c>messages</c> of a prompt and a <c>system</c> text, where the test case has no messages of its own.</summary>
    /// <exception cref="AdapterException">There is neither.</exception>
    public static void EnsureMessages(JsonObject body, string provider, bool hasSystemRole)
    {
        if (body["messages"] is JsonArray)
        {
            return;
        }

        var messages = new JsonArray();
        if (hasSystemRole && (JsonMaps.Take(body, "system") ?? JsonMaps.Take(body, "system_prompt")) is { } system)
        {
            messages.Add(Message("system", system));
        }

        messages.Add(Message("user", Take(body) ?? throw Missing(provider)));
        body["messages"] = messages;
    }

    public static AdapterException Missing(string provider) =>
        new($"input: {provider} needs messages or a prompt, and the test case has neither. "
            + $"Give it \"messages\" or one of {string.Join(", ", Keys)}.");

    private static JsonObject Message(string role, JsonNode? content) => new() { ["role"] = role, ["content"] = content };
}
