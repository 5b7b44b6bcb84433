using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Foundation.Files;
using Convergence.Foundation.Yaml;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.TestCases;

/// <summary>
/// Reads test cases in the shapes of the original's files: a list, <c>{test_cases: [..]}</c> or one case; with <c>id</c>, <c>name</c> or
/// neither; with <c>input</c> or with its fields beside the others.
/// </summary>
public static class TestCaseReader
{
    /// <summary>More than any file that a person writes has.</summary>
    private const int MaxByteCount = 16 << 20;

    private const int MaxCaseCount = 100_000;
    private const int MaxDepth = 64;

    private static readonly string[] OwnKeys = ["id", "name", "description", "input", "expected", "metadata"];

    private static readonly JsonDocumentOptions JsonOptions = new()
    {
        MaxDepth = MaxDepth,
        AllowDuplicateProperties = false,
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>What a file holds: YAML when it is named so, else JSON.</summary>
    /// <exception cref="ConvergenceException">The file cannot be read or is neither.</exception>
    public static JsonNode Load(string path)
    {
        var text = CappedFile.ReadText(path, MaxByteCount);
        if (Path.GetExtension(path).ToLowerInvariant() is ".yaml" or ".yml")
        {
            return YamlTree.Parse(text, path) is [var document] && YamlJson.ToNode(document) is { } node
                ? node
                : throw new ConvergenceException($"{path}: is not one document with test cases.");
        }

        try
        {
            return JsonNode.Parse(text, nodeOptions: null, JsonOptions)
                ?? throw new ConvergenceException($"{path}: holds no test cases, but null.");
        }
        catch (JsonException exception)
        {
            throw new ConvergenceException($"{path}: is not valid JSON: {exception.Message}", exception);
        }
    }

    /// <summary>The test cases of a file's or a key's content. Problems are told one by one; what has one is left out.</summary>
    /// <param name="node">The content. It is not changed.</param>
    /// <param name="origin">What problems call it.</param>
    /// <param name="fail">Is told each problem: its place, and what it is.</param>
    public static ImmutableArray<TestCase> Read(JsonNode node, string origin, Action<string, string> fail)
    {
        var items = ItemsOf(node);
        if (items.Length is 0 or > MaxCaseCount)
        {
            fail(origin, $"has {items.Length} test cases; 1 to {MaxCaseCount} are needed.");
            return [];
        }

        var cases = ImmutableArray.CreateBuilder<TestCase>(items.Length);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < items.Length; index++)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{origin}[{index}]");
            if (items[index] is not JsonObject written)
            {
                fail(place, $"{Shown(items[index])} is no test case. Give a map with input and expected.");
            }
            else if (ReadCase(written, place, DistinctId(written, index, ids), fail) is { } read)
            {
                cases.Add(read);
            }
        }

        return cases.ToImmutable();
    }

    private static JsonNode?[] ItemsOf(JsonNode node) => node switch
    {
        JsonArray list => [.. list],
        JsonObject map when map["test_cases"] is JsonArray list => [.. list],
        _ => [node],
    };

    // Results are kept by id, so one that is missing or there twice gets its place in the file.
    private static string DistinctId(JsonObject written, int index, HashSet<string> ids)
    {
        var number = string.Create(CultureInfo.InvariantCulture, $"{index + 1}");
        var id = written["id"] switch
        {
            JsonValue value when value.GetValueKind() is JsonValueKind.String or JsonValueKind.Number => value.ToString(),
            _ => JsonValues.Text(written["name"]) ?? "",
        };
        id = id.Length == 0 ? "case_" + number : id;
        while (!ids.Add(id))
        {
            id += "_" + number;
        }

        return id;
    }

    private static TestCase? ReadCase(JsonObject written, string place, string id, Action<string, string> fail)
    {
        var others = written.Where(entry => !OwnKeys.Contains(entry.Key)).ToArray();
        var input = InputOf(written, others);
        var metadata = Map(written["metadata"]) ?? [];
        if (input is null)
        {
            fail($"{place}.input", $"{Shown(written["input"])} is not a map of fields to send, nor a text. Give {{\"prompt\": \"...\"}}.");
            return null;
        }

        if (metadata["weight"] is { } given && JsonValues.Number(given) is not (> 0 and < double.PositiveInfinity))
        {
            fail($"{place}.metadata.weight", $"{Shown(given)} is not a number above 0.");
            return null;
        }

        if (written.ContainsKey("input"))
        {
            foreach (var (key, value) in others)
            {
                metadata.TryAdd(key, value?.DeepClone());
            }
        }

        return new TestCase
        {
            Id = id,
            Description = JsonValues.Text(written["description"]),
            Input = input,
            Expected = ExpectedOf(written),
            Metadata = metadata,
            Weight = JsonValues.Number(metadata["weight"]) ?? 1,
        };
    }

    // BrowserBase's cases have the fields of the input at their top; a text alone is a prompt.
    private static JsonObject? InputOf(JsonObject written, KeyValuePair<string, JsonNode?>[] others) => written["input"] switch
    {
        JsonObject map => (JsonObject)map.DeepClone(),
        null when !written.ContainsKey("input") =>
            new JsonObject(others.Where(entry => entry.Key != "success_criteria")
                .Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone()))),
        var node when JsonValues.Text(node) is { } text => new JsonObject { ["prompt"] = text },
        _ => null,
    };

    // Anything but a map is the answer.
    private static JsonObject ExpectedOf(JsonObject written) => (written["expected"] ?? written["success_criteria"]) switch
    {
        null => [],
        JsonObject map => (JsonObject)map.DeepClone(),
        var answer => new JsonObject { ["answer"] = answer.DeepClone() },
    };

    private static JsonObject? Map(JsonNode? node) => (node as JsonObject)?.DeepClone() as JsonObject;

    private static string Shown(JsonNode? node)
    {
        const int MaxLength = 60;
        var text = node?.ToJsonString() ?? "null";
        return text.Length <= MaxLength ? text : string.Concat(text.AsSpan(0, MaxLength - 4), " ...");
    }
}
