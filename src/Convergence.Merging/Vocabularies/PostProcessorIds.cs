using System.Text.Json.Nodes;

namespace Convergence.Merging;

/// <summary>The special tokens of a <c>post_processor</c>'s templates, after tokens were taken away.</summary>
internal static class PostProcessorIds
{
    /// <summary>Gives the special tokens their ids; those that are gone leave the templates.</summary>
    /// <param name="processor">The <c>post_processor</c>, which is changed.</param>
    /// <param name="ids">All tokens with their ids.</param>
    public static void Map(JsonNode? processor, IReadOnlyDictionary<string, long> ids)
    {
        if (processor is not JsonObject described)
        {
            return;
        }

        foreach (var step in described["processors"] as JsonArray ?? [])
        {
            Map(step, ids);
        }

        foreach (var (name, special) in (described["special_tokens"] as JsonObject ?? []).ToList())
        {
            var entry = special as JsonObject ?? [];
            var tokens = (entry["tokens"] as JsonArray ?? []).Select(token => TokenizerDocument.TextOf(token) ?? "").ToList();
            if (tokens.TrueForAll(ids.ContainsKey))
            {
                entry["ids"] = new JsonArray([.. tokens.Select(token => (JsonNode)ids[token])]);
            }
            else
            {
                Remove(described, name);
            }
        }
    }

    private static void Remove(JsonObject processor, string name)
    {
        ((JsonObject)processor["special_tokens"]!).Remove(name);
        foreach (var template in new[] { processor["single"], processor["pair"] })
        {
            (template as JsonArray)?.RemoveAll(part =>
                ((part as JsonObject)?["SpecialToken"] as JsonObject)?["id"] is { } id && TokenizerDocument.TextOf(id) == name);
        }
    }
}
