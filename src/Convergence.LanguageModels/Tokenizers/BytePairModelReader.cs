using System.Text.Json;

namespace Convergence.LanguageModels.Tokenizers;

/// <summary>Reads the <c>model</c> of a <c>tokenizer.json</c>.</summary>
internal static class BytePairModelReader
{
    public static BytePairModel Read(TokenizerNode node)
    {
        // Early files leave the type out; only byte-pair models have merges.
        if (node.Type != "BPE" && !(node.Type.Length == 0 && node.Optional("merges") is not null))
        {
            throw node.Unsupported("model", "BPE");
        }

        Refuse(node, "continuing_subword_prefix");
        Refuse(node, "end_of_word_suffix");
        if (node.Optional("dropout") is { Element.ValueKind: JsonValueKind.Number } dropout && dropout.Element.GetDouble() != 0)
        {
            throw dropout.Error("is not 0, and random merges would make results unrepeatable", "Set it to null.");
        }

        var ids = Vocabulary(node.Required("vocab"));
        var options = new BytePairOptions(
            node.Optional("unk_token") is null ? null : node.Text("unk_token"),
            node.Flag("fuse_unk", fallback: false),
            node.Flag("byte_fallback", fallback: false),
            node.Flag("ignore_merges", fallback: false));
        return new BytePairModel(ids, Merges(node, ids), options);
    }

    private static Dictionary<string, int> Vocabulary(TokenizerNode node)
    {
        if (node.Element.ValueKind != JsonValueKind.Object)
        {
            throw node.Error("is not an object", "Download or export it again.");
        }

        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var member in node.Element.EnumerateObject())
        {
            ids.Add(member.Name, node.TokenId(member.Name));
        }

        return ids;
    }

    private static Dictionary<long, (int Rank, int Id)> Merges(TokenizerNode node, Dictionary<string, int> ids)
    {
        var merges = new Dictionary<long, (int Rank, int Id)>();
        var rank = 0;
        foreach (var item in node.Items("merges"))
        {
            var (left, right) = Pair(item);
            if (!ids.TryGetValue(left, out var leftId)
                || !ids.TryGetValue(right, out var rightId)
                || !ids.TryGetValue(left + right, out var id))
            {
                throw item.Error(
                    $"joins '{left}' and '{right}', but they or their union are not in the vocabulary", "Download or export it again.");
            }

            // A repeated rule overrides the one before it, as in the tokenizers library.
            merges[BytePairModel.PairKey(leftId, rightId)] = (rank++, id);
        }

        return merges;
    }

    private static (string Left, string Right) Pair(TokenizerNode item)
    {
        var element = item.Element;
        if (element.ValueKind == JsonValueKind.String && element.GetString()!.Split(' ') is [var left, var right])
        {
            return (left, right);
        }

        if (element.ValueKind == JsonValueKind.Array
            && element.GetArrayLength() == 2
            && element[0].ValueKind == JsonValueKind.String
            && element[1].ValueKind == JsonValueKind.String)
        {
            return (element[0].GetString()!, element[1].GetString()!);
        }

        throw item.Error("is not a pair of tokens", "Download or export it again.");
    }

    private static void Refuse(TokenizerNode node, string key)
    {
        if (node.Optional(key) is not null && node.Text(key).Length > 0)
        {
            throw node.Error(
                $"uses '{key}', which is not supported", "Use a model with a byte-level or SentencePiece-style BPE tokenizer.");
        }
    }
}
