using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Convergence.Optimization.Text;

/// <summary>Finds JSON in what models say, who think aloud before and put fences around it.</summary>
internal static class LooseJson
{
    private const int MaxStarts = 200;

    /// <returns>The last object that has a key; <see langword="null"/> where there is none.</returns>
    public static JsonObject? LastWith(string key, string text)
    {
        var starts = 0;
        for (var start = text.LastIndexOf('{'); start >= 0 && starts < MaxStarts; starts++)
        {
            if (TryParse(text[start..]) is { } map && map.ContainsKey(key))
            {
                return map;
            }

            start = start == 0 ? -1 : text.LastIndexOf('{', start - 1);
        }

        return null;
    }

    private static JsonObject? TryParse(string text)
    {
        try
        {
            var options = new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), isFinalBlock: false, new JsonReaderState(options));
            return JsonNode.Parse(ref reader) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
