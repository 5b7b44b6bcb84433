using System.Text.Json.Nodes;
using Convergence.LanguageModels.Tokenizers;
using Convergence.Testing;

namespace Convergence.LanguageModels.Tests.Tokenizers;

/// <summary>Makes small tokenizer files.</summary>
internal static class TokenizerJson
{
    /// <summary>A byte-level tokenizer of 256 bytes, some merges and special tokens.</summary>
    public static JsonObject ByteLevel(params string[] merges)
    {
        var vocabulary = new JsonObject();
        for (var value = 0; value < 256; value++)
        {
            vocabulary[CharacterOf((byte)value)] = value;
        }

        foreach (var merge in merges)
        {
            var token = merge.Replace(" ", string.Empty, StringComparison.Ordinal);
            if (!vocabulary.ContainsKey(token))
            {
                vocabulary[token] = vocabulary.Count;
            }
        }

        return new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray(),
            ["normalizer"] = null,
            ["pre_tokenizer"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["use_regex"] = true },
            ["post_processor"] = null,
            ["decoder"] = new JsonObject { ["type"] = "ByteLevel" },
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["vocab"] = vocabulary,
                ["merges"] = new JsonArray([.. merges.Select(merge => JsonValue.Create(merge))]),
            },
        };
    }

    /// <summary>Adds a special token with the next free id.</summary>
    public static int AddSpecial(JsonObject file, string content)
    {
        var added = file["added_tokens"]!.AsArray();
        var id = file["model"]!["vocab"]!.AsObject().Count + added.Count;
        added.Add(new JsonObject { ["id"] = id, ["content"] = content, ["special"] = true, ["normalized"] = false });
        return id;
    }

    /// <summary>A byte-level tokenizer whose template puts <c>&lt;s&gt;</c> (id 256) before a text; <c>&lt;/s&gt;</c> is 257.</summary>
    public static JsonObject ByteLevelWithBos()
    {
        var file = ByteLevel();
        var bos = AddSpecial(file, "<s>");
        AddSpecial(file, "</s>");
        file["post_processor"] = new JsonObject
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray(
                new JsonObject { ["SpecialToken"] = new JsonObject { ["id"] = "<s>", ["type_id"] = 0 } },
                new JsonObject { ["Sequence"] = new JsonObject { ["id"] = "A", ["type_id"] = 0 } }),
            ["special_tokens"] = new JsonObject
            {
                ["<s>"] = new JsonObject { ["id"] = "<s>", ["ids"] = new JsonArray(bos), ["tokens"] = new JsonArray("<s>") },
            },
        };
        return file;
    }

    public static Tokenizer Load(JsonObject file)
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Combine("tokenizer.json");
        File.WriteAllText(path, file.ToJsonString());
        return Tokenizer.Load(path);
    }

    /// <summary>GPT-2's character for a byte, by its definition.</summary>
    public static string CharacterOf(byte value)
    {
        var printable = new List<int>();
        printable.AddRange(Enumerable.Range('!', '~' - '!' + 1));
        printable.AddRange(Enumerable.Range(0xA1, 0xAC - 0xA1 + 1));
        printable.AddRange(Enumerable.Range(0xAE, 0xFF - 0xAE + 1));
        if (printable.Contains(value))
        {
            return ((char)value).ToString();
        }

        var rank = Enumerable.Range(0, value).Count(other => !printable.Contains(other));
        return ((char)(256 + rank)).ToString();
    }
}
