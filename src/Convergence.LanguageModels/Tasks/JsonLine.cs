using System.Text.Json;

namespace Convergence.LanguageModels.Tasks;

/// <summary>One line of a JSONL file, with typed access whose errors name the file, the line and the key.</summary>
internal sealed class JsonLine(string place, JsonElement element)
{
    public string Place { get; } = place;

    public bool Has(string key) => element.TryGetProperty(key, out _);

    /// <exception cref="LanguageModelException">The line is not a JSON object.</exception>
    public static JsonLine Parse(string place, ReadOnlyMemory<char> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 16 });
            RequireValidTexts(document.RootElement);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new JsonLine(place, document.RootElement.Clone())
                : throw new LanguageModelException($"{place}: is not a JSON object. Write one object per line.");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new LanguageModelException($"{place}: is not valid JSON: {exception.Message} Write one object per line.", exception);
        }
    }

    public string Text(string key) =>
        element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new LanguageModelException($"{Place}: '{key}' must be a text. Correct the line.");

    public string[] Texts(string key) =>
        element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Array
            && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
                ? [.. value.EnumerateArray().Select(item => item.GetString()!)]
                : throw new LanguageModelException($"{Place}: '{key}' must be a list of texts. Correct the line.");

    public int Integer(string key) =>
        element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            ? number
            : throw new LanguageModelException($"{Place}: '{key}' must be an integer. Correct the line.");

    public int[] Integers(string key)
    {
        if (element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Array)
        {
            var numbers = new int[value.GetArrayLength()];
            var index = 0;
            foreach (var item in value.EnumerateArray())
            {
                if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt32(out numbers[index++]))
                {
                    throw new LanguageModelException($"{Place}: '{key}' must be a list of integers. Correct the line.");
                }
            }

            return numbers;
        }

        throw new LanguageModelException($"{Place}: '{key}' must be a list of integers. Correct the line.");
    }

    // Half of a surrogate pair shows only when a text is read, by InvalidOperationException.
    private static void RequireValidTexts(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                _ = value.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    RequireValidTexts(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    _ = member.Name;
                    RequireValidTexts(member.Value);
                }

                break;
            default:
                break;
        }
    }
}
