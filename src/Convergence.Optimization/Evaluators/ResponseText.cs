using System.Text.Json.Nodes;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Evaluators;

/// <summary>Finds the text in an answer, whichever provider's form it has.</summary>
public static class ResponseText
{
    private static readonly string[] PlainKeys = ["text", "content", "output_text"];

    /// <summary>
    /// The first of: a string itself; the <c>output_text</c> parts of <c>output[].content[]</c> (OpenAI Responses);
    /// <c>choices[0].message.content</c> or <c>choices[0].text</c> (chat and completions); <c>content[].text</c> (Anthropic);
    /// <c>candidates[0].content.parts[].text</c> (Gemini); <c>text</c>, <c>content</c> or <c>output_text</c>; and otherwise the answer
    /// as Python's <c>str</c> would write it.
    /// </summary>
    /// <param name="response">The parsed answer.</param>
    public static string Of(JsonNode? response) => response switch
    {
        null => string.Empty,
        JsonValue value when JsonValues.Text(value) is { } text => text,
        JsonObject body => OutputTexts(body["output"] as JsonArray)
            ?? JsonValues.Text(Find(body, "choices", 0, "message", "content"))
            ?? JsonValues.Text(Find(body, "choices", 0, "text"))
            ?? Join(body["content"] as JsonArray)
            ?? Join(Find(body, "candidates", 0, "content", "parts") as JsonArray)
            ?? PlainKeys.Select(key => JsonValues.Text(body[key])).FirstOrDefault(text => text is not null)
            ?? PythonText.Of(body),
        _ => PythonText.Of(response),
    };

    private static string? OutputTexts(JsonArray? outputs) => Join(outputs?.OfType<JsonObject>()
        .SelectMany(output => (output["content"] as JsonArray)?.OfType<JsonObject>() ?? [])
        .Where(part => JsonValues.Text(part["type"]) == "output_text"));

    private static string? Join(IEnumerable<JsonNode?>? parts)
    {
        var texts = parts?.OfType<JsonObject>().Select(part => JsonValues.Text(part["text"])).OfType<string>().ToList();
        return texts is { Count: > 0 } ? string.Concat(texts) : null;
    }

    private static JsonNode? Find(JsonNode? node, params ReadOnlySpan<object> path)
    {
        foreach (var step in path)
        {
            node = (node, step) switch
            {
                (JsonObject map, string key) => map[key],
                (JsonArray list, int index) when index < list.Count => list[index],
                _ => null,
            };
        }

        return node;
    }
}
