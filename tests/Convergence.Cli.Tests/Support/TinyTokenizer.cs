using System.Text.Json.Nodes;

namespace Convergence.Cli.Tests.Support;

/// <summary>A tokenizer that knows single letters: id 3 is <c>a</c>, 4 is <c>b</c>, and so on; 1 begins and 2 ends a text.</summary>
internal static class TinyTokenizer
{
    /// <summary>Writes <c>tokenizer.json</c> into a model directory.</summary>
    public static void Write(string directory)
    {
        var vocabulary = new JsonObject { ["<unk>"] = 0, ["<s>"] = 1, ["</s>"] = 2 };
        for (var letter = 'a'; letter <= 'z'; letter++)
        {
            vocabulary[letter.ToString()] = 3 + letter - 'a';
        }

        var tokenizer = new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray(Special(0, "<unk>"), Special(1, "<s>"), Special(2, "</s>")),
            ["normalizer"] = null,
            ["pre_tokenizer"] =
                new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = true },
            ["post_processor"] = null,
            ["decoder"] =
                new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = true },
            ["model"] = new JsonObject { ["type"] = "BPE", ["unk_token"] = "<unk>", ["vocab"] = vocabulary, ["merges"] = new JsonArray() },
        };
        File.WriteAllText(Path.Combine(directory, "tokenizer.json"), tokenizer.ToJsonString());
    }

    private static JsonObject Special(int id, string content) => new()
    {
        ["id"] = id,
        ["content"] = content,
        ["single_word"] = false,
        ["lstrip"] = false,
        ["rstrip"] = false,
        ["normalized"] = false,
        ["special"] = true,
    };
}
