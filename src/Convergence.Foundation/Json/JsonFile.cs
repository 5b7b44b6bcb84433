using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Foundation.Files;

namespace Convergence.Foundation.Json;

/// <summary>
/// Reads JSON from outside: of bounded size and depth, and without properties that are there twice, of which readers pick any.
/// </summary>
public static class JsonFile
{
    private const int MaxDepth = 64;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>The object that a file holds.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxByteCount">No larger file is read.</param>
    /// <param name="error">
    /// Makes the exception for content that is no JSON object, of a problem to be put behind the path (<c>is not a JSON object.</c>) and of
    /// its cause, if any.
    /// </param>
    /// <exception cref="ConvergenceException">The file cannot be read, is empty or too large.</exception>
    public static JsonObject ReadObject(string path, int maxByteCount, Func<string, Exception?, Exception> error) =>
        ParseObject(CappedFile.ReadAllBytes(path, maxByteCount), error);

    /// <summary>The object that a file's content is.</summary>
    /// <inheritdoc cref="ReadObject"/>
    public static JsonObject ParseObject(ReadOnlySpan<byte> content, Func<string, Exception?, Exception> error)
    {
        try
        {
            return JsonNode.Parse(content, nodeOptions: null, Options) as JsonObject ?? throw error("is not a JSON object.", null);
        }
        catch (JsonException exception)
        {
            throw error($"is not valid JSON: {exception.Message}", exception);
        }
    }

    /// <summary>The object that a file holds, or <see langword="null"/> for one that cannot be read or holds something else.</summary>
    public static JsonObject? TryReadObject(string path, int maxByteCount)
    {
        try
        {
            return JsonNode.Parse(CappedFile.ReadAllBytes(path, maxByteCount), nodeOptions: null, Options) as JsonObject;
        }
        catch (Exception exception) when (exception is JsonException or ConvergenceException)
        {
            return null;
        }
    }
}
