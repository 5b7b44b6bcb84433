using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Scoring;

/// <summary>How different the parts of an answer are from each other.</summary>
internal static class AnswerDiversity
{
    // More pairs say nothing new.
    private const int MaxItems = 200;

    /// <summary>
    /// For an answer that is, or holds, a list of at least two items: the mean over pairs of 1 - the share of words in common (Jaccard).
    /// Otherwise, for its text, the mean share of different words and of different pairs of words ("distinct-1" and "distinct-2"; Li et al.
    /// 2016, A Diversity-Promoting Objective Function for Neural Conversation Models); 0 without words.
    /// </summary>
    /// <param name="result">The answer.</param>
    /// <param name="text">Its text.</param>
    /// <returns>From 0 to 1.</returns>
    public static double Of(JsonNode? result, string text)
    {
        var items = ItemsOf(result) ?? ItemsOf(Parse(text));
        return items is null ? OfText(text) : OfItems([.. items.Take(MaxItems).Select(WordsOf)]);
    }

    private static JsonArray? ItemsOf(JsonNode? node) => node switch
    {
        JsonArray { Count: > 1 } list => list,
        JsonObject map when !map.ContainsKey("choices") && !map.ContainsKey("candidates") && !map.ContainsKey("output") =>
            map.Select(entry => entry.Value).OfType<JsonArray>().Where(list => list.Count > 1).MaxBy(list => list.Count),
        _ => null,
    };

    private static JsonNode? Parse(string text)
    {
        try
        {
            return text.TrimStart().StartsWith('[') ? JsonNode.Parse(text) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static HashSet<string> WordsOf(JsonNode? item) =>
        new(Words.Of(JsonValues.Text(item) ?? PythonText.Of(item)), StringComparer.OrdinalIgnoreCase);

    private static double OfItems(List<HashSet<string>> items)
    {
        var sum = 0.0;
        for (var i = 0; i < items.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var common = items[i].Count(items[j].Contains);
                var all = items[i].Count + items[j].Count - common;
                sum += all == 0 ? 0 : 1 - ((double)common / all);
            }
        }

        return sum / (items.Count * (items.Count - 1) / 2.0);
    }

    private static double OfText(string text)
    {
        var words = Words.Of(text.ToLowerInvariant());
        var pairs = words.Zip(words.Skip(1), (first, second) => $"{first} {second}").ToList();
        return pairs.Count == 0
            ? words.Length
            : (Words.UniqueShare(text) + ((double)pairs.Distinct(StringComparer.Ordinal).Count() / pairs.Count)) / 2;
    }
}
