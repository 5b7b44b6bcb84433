using System.Text.Json;
using System.Text.Json.Nodes;

namespace Convergence.Optimization.Text;

/// <summary>
/// Parses JSON from outside down to its last text. Nodes are read when they are first used: keys that are there twice and texts that are no
/// Unicode would come to light anywhere then.
/// </summary>
internal static class StrictJson
{
    private const int MaxDepth = 64;

    /// <summary>Parses.</summary>
    /// <param name="json">The bytes.</param>
    /// <param name="problem">Why it cannot be used though it is JSON: "has the key a twice"; otherwise <see langword="null"/>.</param>
    /// <returns>The node; <see langword="null"/> where it is the value null, or has a problem.</returns>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> json, out string? problem)
    {
        var node = JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { MaxDepth = MaxDepth });
        problem = FindProblem(json);
        return problem is null ? node : null;
    }

    private static string? FindProblem(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        var keys = new Stack<HashSet<string>>();
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject:
                        keys.Push(new HashSet<string>(StringComparer.Ordinal));
                        break;
                    case JsonTokenType.EndObject:
                        keys.Pop();
                        break;
                    case JsonTokenType.PropertyName when reader.GetString()! is var key && !keys.Peek().Add(key):
                        return $"has the key \"{key}\" twice";
                    case JsonTokenType.String:
                        _ = reader.GetString();
                        break;
                }
            }
        }
        catch (InvalidOperationException)
        {
            return "holds a text that is no Unicode";
        }

        return null;
    }
}
