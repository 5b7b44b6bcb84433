using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Convergence.Optimization.Storage.Results;

/// <summary>JSON values as stores keep them.</summary>
internal static class StoredJson
{
    private const int MaxDepth = 128;

    private static readonly JsonSerializerOptions Readable =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = MaxDepth };

    public static string Write(JsonNode value) => value.ToJsonString(Readable);

    /// <param name="text">What a store holds.</param>
    /// <param name="place">Where it holds it, for the message.</param>
    /// <exception cref="StorageException">It is not JSON.</exception>
    public static JsonNode? Read(string text, string place)
    {
        try
        {
            return JsonNode.Parse(text, nodeOptions: null, new JsonDocumentOptions { MaxDepth = MaxDepth });
        }
        catch (JsonException exception)
        {
            throw new StorageException($"{place}: is not JSON: {exception.Message} Delete it, or write it anew.", exception);
        }
    }
}
