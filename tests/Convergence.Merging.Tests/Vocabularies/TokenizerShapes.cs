using System.Text.Json.Nodes;

namespace Convergence.Merging.Tests.Vocabularies;

/// <summary>Files <c>tokenizer.json</c> in the shapes of well-known models, with vocabularies of some dozens of tokens.</summary>
internal static class TokenizerShapes
{
    /// <summary>The mark of a word's beginning as SentencePiece writes it.</summary>
    public const string Mark = "\u2581";

    private const string Words =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>
    /// Llama 3: bytes, words cut by an expression, merges as pairs, whole words taken as they are; the special tokens follow the pieces,
    /// and the first of them is put before every text.
    /// </summary>
    public static JsonObject Llama3(string letters, string[] merges, params string[] added)
    {
        var pieces = Pieces(letters, merges);
        var template =
            new JsonObject { ["type"] = "Sequence", ["processors"] = new JsonArray(ByteLevel(), Template(added[0], pieces.Count)) };
        var model = Model(pieces, [.. merges.Select(merge => new JsonArray([.. merge.Split(' ').Select(piece => (JsonNode)piece)]))]);
        model["ignore_merges"] = true;
        return Tokenizer(Entries(added, pieces.Count), null, Cutter(Words), template, ByteLevel(), model);
    }

    /// <summary>Qwen 2.5: as Llama 3, but of composed characters, with digits apart, merges as strings, nothing before a text.</summary>
    public static JsonObject Qwen25(string letters, string[] merges, params string[] added)
    {
        var pieces = Pieces(letters, merges);
        return Tokenizer(
            Entries(added, pieces.Count), new JsonObject { ["type"] = "NFC" }, Cutter(Words.Replace("{1,3}", "", StringComparison.Ordinal)),
            ByteLevel(), ByteLevel(), Model(pieces, [.. merges.Select(merge => (JsonNode)merge)]));
    }

    /// <summary>
    /// Mistral and Llama 2: characters with bytes for what is missing, the first three special tokens among the pieces, more behind them.
    /// </summary>
    public static JsonObject Mistral(string letters, string[] merges, params string[] added)
    {
        string[] bytes = [.. Enumerable.Range(0, 256).Select(value => FormattableString.Invariant($"<0x{value:X2}>"))];
        var joined = merges.Select(merge => merge.Replace(" ", "", StringComparison.Ordinal));
        string[] tokens = ["<unk>", "<s>", "</s>", .. bytes, .. joined, .. Letters(letters)];
        var model = Model([.. tokens], [.. merges.Select(merge => (JsonNode)merge)]);
        (model["unk_token"], model["fuse_unk"], model["byte_fallback"]) = ("<unk>", true, true);
        var normalizer = Sequence(
            "normalizers", new JsonObject { ["type"] = "Prepend", ["prepend"] = Mark }, Replace(" ", Mark));
        var strip = new JsonObject { ["type"] = "Strip", ["content"] = " ", ["start"] = 1, ["stop"] = 0 };
        var decoder = Sequence(
            "decoders", Replace(Mark, " "), new JsonObject { ["type"] = "ByteFallback" }, new JsonObject { ["type"] = "Fuse" }, strip);
        JsonNode[] entries = [.. Entries(tokens[..3], 0), .. Entries(added, tokens.Length)];
        return Tokenizer(entries, normalizer, null, Template("<s>", 1), decoder, model);
    }

    private static List<string> Pieces(string letters, string[] merges) =>
        [.. Letters(letters), .. merges.Select(merge => merge.Replace(" ", "", StringComparison.Ordinal))];

    private static IEnumerable<string> Letters(string letters) => letters.Select(letter => letter.ToString());

    // Qwen's tokens of tool calls are the only ones that are not special.
    private static JsonNode[] Entries(string[] added, int first) =>
    [
        .. added.Select((content, index) => new JsonObject
        {
            ["id"] = first + index,
            ["content"] = content,
            ["single_word"] = false,
            ["lstrip"] = false,
            ["rstrip"] = false,
            ["normalized"] = false,
            ["special"] = content != "<tool_call>",
        }),
    ];

    private static JsonObject Model(List<string> pieces, JsonNode[] merges) => new()
    {
        ["type"] = "BPE",
        ["dropout"] = null,
        ["unk_token"] = null,
        ["continuing_subword_prefix"] = null,
        ["end_of_word_suffix"] = null,
        ["fuse_unk"] = false,
        ["byte_fallback"] = false,
        ["ignore_merges"] = false,
        ["vocab"] = new JsonObject(pieces.Select((piece, id) => KeyValuePair.Create(piece, (JsonNode?)id))),
        ["merges"] = new JsonArray(merges),
    };

    private static JsonObject Tokenizer(
        JsonNode[] added, JsonObject? normalizer, JsonObject? preTokenizer, JsonObject postProcessor, JsonObject decoder,
        JsonObject model) => new()
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray(added),
            ["normalizer"] = normalizer,
            ["pre_tokenizer"] = preTokenizer,
            ["post_processor"] = postProcessor,
            ["decoder"] = decoder,
            ["model"] = model,
        };

    private static JsonObject Cutter(string words) => Sequence(
        "pretokenizers",
        new JsonObject
        {
            ["type"] = "Split",
            ["pattern"] = new JsonObject { ["Regex"] = words },
            ["behavior"] = "Isolated",
            ["invert"] = false,
        },
        ByteLevel());

    private static JsonObject Sequence(string key, params JsonNode[] steps) =>
        new() { ["type"] = "Sequence", [key] = new JsonArray(steps) };

    private static JsonObject ByteLevel() =>
        new() { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = false };

    private static JsonObject Replace(string pattern, string content) =>
        new() { ["type"] = "Replace", ["pattern"] = new JsonObject { ["String"] = pattern }, ["content"] = content };

    private static JsonObject Template(string token, int id)
    {
        return new JsonObject
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray(Special(0), Text("A", 0)),
            ["pair"] = new JsonArray(Special(0), Text("A", 0), Special(1), Text("B", 1)),
            ["special_tokens"] = new JsonObject
            {
                [token] = new JsonObject { ["id"] = token, ["ids"] = new JsonArray(id), ["tokens"] = new JsonArray(token) },
            },
        };

        JsonObject Special(int type) => new() { ["SpecialToken"] = new JsonObject { ["id"] = token, ["type_id"] = type } };

        static JsonObject Text(string name, int type) => new() { ["Sequence"] = new JsonObject { ["id"] = name, ["type_id"] = type } };
    }
}
