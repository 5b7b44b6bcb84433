using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Convergence.Optimization.Results.Files;

/// <summary>JSON for people and programs: two blanks deep, letters of all scripts as they are.</summary>
internal static class ReadableJson
{
    // These files are no part of a page: nothing in them needs escaping for one.
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 512,
    };

    public static string Of(JsonNode? node) => JsonSerializer.Serialize(node, Options);
}
