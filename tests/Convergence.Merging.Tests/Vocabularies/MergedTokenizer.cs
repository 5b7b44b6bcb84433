using System.Text.Json.Nodes;
using Convergence.LanguageModels.Tokenizers;
using Convergence.Tensors.Models;

namespace Convergence.Merging.Tests.Vocabularies;

/// <summary>What holds for the tokenizer files of every merged model.</summary>
internal static class MergedTokenizer
{
    public static void AssertSound(ShapedModels models)
    {
        var tokenizer = models.Json(ShapedModels.Output, "tokenizer.json");
        var added = ((JsonArray)tokenizer["added_tokens"]!).Select(entry => entry!).ToList();
        var ids = ShapedModels.Ids(tokenizer);
        Assert.Multiple(() =>
        {
            Assert.That(ids.Values, Is.Unique, "ids");
            Assert.That(added.Select(entry => (string)entry["content"]!), Is.Unique, "added tokens");
            Assert.That(added.Select(entry => (int)entry["id"]!), Is.Ordered);
            Assert.That(ids.Values.Max(), Is.LessThan((int)models.Json(ShapedModels.Output, "config.json")["vocab_size"]!));
            Assert.That(IdsWhenLoaded(tokenizer), Is.EquivalentTo(ids), "ids that Hugging Face's tokenizers gives");
            AssertDecoder(models, added);
            AssertTemplates(tokenizer["post_processor"]!, ids);
        });
        AssertMerges(tokenizer["model"]!);
    }

    /// <summary>The tokens that the merged model's own files cut a text into, after the ids were found to belong to them.</summary>
    public static string[] Cut(ShapedModels models, string text)
    {
        using var directory = ModelDirectory.Open(models.Path(ShapedModels.Output));
        var tokenizer = ModelTokenizer.FromDirectory(directory).Tokenizer!;
        var ids = ShapedModels.Ids(models.Json(ShapedModels.Output, "tokenizer.json")).ToDictionary(pair => pair.Value, pair => pair.Key);
        return [.. tokenizer.Encode(text).Select(id => ids[id])];
    }

    // As AddedVocabulary::add_tokens of the library assigns them: it does not read the ids of added tokens.
    private static Dictionary<string, int> IdsWhenLoaded(JsonObject tokenizer)
    {
        var pieces = (JsonObject)tokenizer["model"]!["vocab"]!;
        var ids = pieces.ToDictionary(pair => pair.Key, pair => (int)pair.Value!);
        var highest = -1;
        foreach (var content in ((JsonArray)tokenizer["added_tokens"]!).Select(entry => (string)entry!["content"]!))
        {
            var id = pieces.ContainsKey(content) ? ids[content] : highest >= pieces.Count ? highest + 1 : pieces.Count;
            ids[content] = id;
            highest = Math.Max(highest, id);
        }

        return ids;
    }

    private static void AssertDecoder(ShapedModels models, List<JsonNode> added)
    {
        var decoder = (JsonObject)models.Json(ShapedModels.Output, "tokenizer_config.json")["added_tokens_decoder"]!;
        Assert.That(decoder, Has.Count.EqualTo(added.Count));
        foreach (var entry in added)
        {
            Assert.That(
                JsonNode.DeepEquals(decoder[entry["id"]!.ToString()], ShapedModels.Described(entry)),
                $"{entry["content"]} in tokenizer_config.json");
        }
    }

    private static void AssertTemplates(JsonNode processor, Dictionary<string, int> ids)
    {
        foreach (var step in processor["processors"] as JsonArray ?? [])
        {
            AssertTemplates(step!, ids);
        }

        var specials = processor["special_tokens"] as JsonObject ?? [];
        foreach (var (token, special) in specials)
        {
            Assert.That(special!["ids"]!.ToJsonString(), Is.EqualTo($"[{ids[token]}]"), token);
        }

        var named = new[] { "single", "pair" }.SelectMany(key => processor[key] as JsonArray ?? [])
            .Select(part => (string?)part!["SpecialToken"]?["id"]);
        Assert.That(named.OfType<string>().Distinct(), Is.SubsetOf(specials.Select(pair => pair.Key)));
    }

    private static void AssertMerges(JsonNode model)
    {
        var pieces = (JsonObject)model["vocab"]!;
        foreach (var merge in (JsonArray)model["merges"]!)
        {
            string[] pair = merge is JsonArray list ? [.. list.Select(piece => (string)piece!)] : ((string)merge!).Split(' ');
            Assert.That(pair.Append(string.Concat(pair)).Where(piece => !pieces.ContainsKey(piece)), Is.Empty, merge!.ToJsonString());
        }
    }
}
