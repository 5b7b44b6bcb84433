using System.Text.Json.Nodes;

namespace Convergence.Merging;

/// <summary>The special tokens of a <c>post_processor</c>, after tokens were taken away.</summary>
internal static class PostProcessorIds
{
    // What BertProcessing and RobertaProcessing put around a text: a token with its id each.
    private static readonly string[] PairKeys = ["cls", "sep"];

    /// <summary>
    /// A token that a BertProcessing or RobertaProcessing puts around texts and that is gone, with the processor's type: unlike a template,
    /// such a processor cannot do without. <see langword="null"/> when there is none.
    /// </summary>
    /// <param name="processor">The <c>post_processor</c>.</param>
    /// <param name="ids">All tokens with their ids.</param>
    public static (string Token, string Type)? FindGone(JsonNode? processor, IReadOnlyDictionary<string, long> ids)
    {
        if (processor is not JsonObject described)
        {
            return null;
        }

        foreach (var pair in Pairs(described))
        {
            if (TokenizerDocument.TextOf(pair[0]) is { } token && !ids.ContainsKey(token))
            {
                return (token, TokenizerDocument.TextOf(described["type"]) ?? "post_processor");
            }
        }

        return (described["processors"] as JsonArray ?? []).Select(step => FindGone(step, ids)).FirstOrDefault(gone => gone is not null);
    }

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

        foreach (var pair in Pairs(described))
        {
            pair[1] = ids[TokenizerDocument.TextOf(pair[0])!];
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

    private static IEnumerable<JsonArray> Pairs(JsonObject processor) =>
        PairKeys.Select(key => processor[key]).OfType<JsonArray>()
            .Where(pair => pair.Count == 2 && TokenizerDocument.TextOf(pair[0]) is not null);

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
