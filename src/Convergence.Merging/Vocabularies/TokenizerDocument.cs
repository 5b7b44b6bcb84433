using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Foundation.Files;

namespace Convergence.Merging;

/// <summary>
/// A <c>tokenizer.json</c>: its tokens and their ids, and what must agree between two for their tokens to mean the same text.
/// </summary>
internal sealed class TokenizerDocument
{
    public const string FileName = "tokenizer.json";

    // Tokenizers of 250 000 tokens have files of some 30 MB.
    private const int MaxByteCount = 256 << 20;

    private TokenizerDocument(string path, JsonObject root)
    {
        Path = path;
        Root = root;
        Model = root["model"] as JsonObject ?? throw Damaged(path, "has no \"model\".");
        if (Model["merges"] is not (null or JsonArray))
        {
            throw Damaged(path, "has \"merges\" that are no list.");
        }

        Kind = (string?)(Model["type"] as JsonValue) ?? (Model.ContainsKey("merges") ? "BPE" : "WordPiece");
        ReadPieces();
        Added = ReadAdded(path, root["added_tokens"]);
        var contents = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in Added)
        {
            var content = ContentOf(entry);
            Ids[content] = contents.Add(content) ? IdOf(entry["id"], content) : throw Damaged(path, $"adds the token \"{content}\" twice.");
        }
    }

    public string Path { get; }

    public JsonObject Root { get; }

    /// <summary>The part that cuts words into tokens.</summary>
    public JsonObject Model { get; }

    /// <summary><c>BPE</c>, <c>WordPiece</c>, <c>WordLevel</c> or <c>Unigram</c>.</summary>
    public string Kind { get; }

    /// <summary>All tokens with their ids.</summary>
    public Dictionary<string, long> Ids { get; } = new(StringComparer.Ordinal);

    /// <summary>The tokens that are cut from words, in no order.</summary>
    public HashSet<string> Pieces { get; } = new(StringComparer.Ordinal);

    /// <summary>The tokens that are found in the text before it is cut, such as <c>&lt;|im_end|&gt;</c>.</summary>
    public IReadOnlyList<JsonObject> Added { get; }

    /// <summary>The document of a model; <see langword="null"/> when it brings none.</summary>
    /// <exception cref="MergeException">It is damaged.</exception>
    public static TokenizerDocument? Of(ParentModel model) => model.Directory?.FindFile(FileName) is { } path ? OfFile(path) : null;

    /// <summary>The document in a file.</summary>
    /// <exception cref="MergeException">It is damaged.</exception>
    /// <exception cref="ConvergenceException">The file cannot be read.</exception>
    public static TokenizerDocument OfFile(string path)
    {
        try
        {
            var options = new JsonDocumentOptions { MaxDepth = 64, AllowDuplicateProperties = false };
            return new TokenizerDocument(
                path,
                JsonNode.Parse(CappedFile.ReadAllBytes(path, MaxByteCount), nodeOptions: null, options) as JsonObject
                ?? throw Damaged(path, "is no JSON object."));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw Damaged(path, $"is not a valid tokenizer: {exception.Message}", exception);
        }
    }

    public static string ContentOf(JsonObject added) =>
        TextOf(added["content"]) ?? throw new FormatException("an added token has no content.");

    /// <summary>The value as text, or <see langword="null"/> when it is none.</summary>
    public static string? TextOf(JsonNode? value) => value is JsonValue scalar && scalar.TryGetValue<string>(out var text) ? text : null;

    /// <summary>The merges of a BPE model as pairs, by falling priority.</summary>
    public IEnumerable<(string Left, string Right)> Merges()
    {
        foreach (var merge in Model["merges"] as JsonArray ?? [])
        {
            yield return merge switch
            {
                JsonArray { Count: 2 } pair when TextOf(pair[0]) is { } left && TextOf(pair[1]) is { } right => (left, right),
                JsonValue text when TextOf(text)?.Split(' ') is [var left, var right] => (left, right),
                _ => throw Damaged(Path, "has a merge that is not a pair."),
            };
        }
    }

    /// <summary>Why tokens of another tokenizer could never be produced by this one; <see langword="null"/> when they could.</summary>
    public string? Obstacle(TokenizerDocument other)
    {
        if (Kind != other.Kind)
        {
            return $"one is {Kind}, the other {other.Kind}";
        }

        if (Kind == "Unigram")
        {
            return "the scores of two Unigram models cannot be compared";
        }

        if (IsByteLevel() != other.IsByteLevel())
        {
            return "one writes text as bytes, the other as characters";
        }

        string[] keys = ["byte_fallback", "continuing_subword_prefix", "end_of_word_suffix"];
        return keys.FirstOrDefault(key => Text(Model[key]) != Text(other.Model[key])) is { } differing
            ? $"they differ in {differing}"
            : null;

        static string Text(JsonNode? value) =>
            value is null || value.GetValueKind() == JsonValueKind.False || value.ToJsonString() == "\"\"" ? "" : value.ToJsonString();
    }

    private bool IsByteLevel() =>
        new[] { Root["pre_tokenizer"], Root["decoder"] }
            .Any(part => part?.ToJsonString().Contains("\"ByteLevel\"", StringComparison.Ordinal) == true);

    private void ReadPieces()
    {
        switch (Model["vocab"])
        {
            case JsonObject map:
                foreach (var (token, id) in map)
                {
                    Pieces.Add(token);
                    Ids[token] = IdOf(id, token);
                }

                break;
            case JsonArray list:
                for (var index = 0; index < list.Count; index++)
                {
                    var token = list[index] is JsonArray { Count: 2 } pair
                        ? (string)pair[0]!
                        : throw Damaged(Path, "has a piece that is no pair of token and score.");
                    Pieces.Add(token);
                    Ids[token] = index;
                }

                break;
            default:
                throw Damaged(Path, "has no \"vocab\".");
        }
    }

    private long IdOf(JsonNode? value, string token) =>
        ConfigSections.WholeNumber(value) is { } id
            and >= 0 and < int.MaxValue ? id : throw Damaged(Path, $"gives the token \"{token}\" no id.");

    private static List<JsonObject> ReadAdded(string path, JsonNode? value) => value switch
    {
        null => [],
        JsonArray list when list.All(entry => entry is JsonObject) => [.. list.Cast<JsonObject>()],
        _ => throw Damaged(path, "has \"added_tokens\" that are no list of objects."),
    };

    private static MergeException Damaged(string path, string message, Exception? inner = null) => new(
        $"{path}: {message} Without it nobody knows what the rows of the embedding stand for: download or export it again, "
        + "or remove the file if the model is to be merged without a tokenizer.",
        inner);
}
