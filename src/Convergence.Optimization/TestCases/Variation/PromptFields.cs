using System.Text.Json.Nodes;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.TestCases.Variation;

/// <summary>The fields of an input that people phrase; all others name things and stay as they are.</summary>
internal static class PromptFields
{
    private static readonly string[] Keys = ["prompt", "message", "question", "instruction", "task"];

    /// <summary>The only phrased field at the top of an input; <see langword="null"/> where there is none, or there are more.</summary>
    public static string? Only(JsonObject input)
    {
        string[] found = [.. Keys.Where(key => JsonValues.Text(input[key]) is not null)];
        return found is [var only] && input["messages"] is null ? only : null;
    }

    /// <summary>The phrased texts of an input, each with the map and the key it stands at: those at its top, and what users say in
    /// <c>messages</c>.</summary>
    public static IEnumerable<(JsonObject Holder, string Key, string Text)> Of(JsonObject input)
    {
        foreach (var key in Keys)
        {
            if (JsonValues.Text(input[key]) is { Length: > 0 } text)
            {
                yield return (input, key, text);
            }
        }

        var messages = input["messages"] as JsonArray ?? input["input"] as JsonArray ?? [];
        foreach (var message in messages.OfType<JsonObject>().Where(message => JsonValues.Text(message["role"]) == "user"))
        {
            if (JsonValues.Text(message["content"]) is { Length: > 0 } text)
            {
                yield return (message, "content", text);
            }
        }

        if (JsonValues.Text(input["input"]) is { Length: > 0 } prompt)
        {
            yield return (input, "input", prompt);
        }
    }
}
