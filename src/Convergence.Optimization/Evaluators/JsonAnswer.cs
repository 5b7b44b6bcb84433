using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Optimization.Evaluators.Code;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Evaluators;

/// <summary>Reads the JSON that an answer is, or that it holds as a text.</summary>
internal static class JsonAnswer
{
    public static bool TryRead(JsonNode? response, out JsonNode? answer)
    {
        answer = response;
        if (JsonValues.Text(response) is not { } text)
        {
            return response is not null;
        }

        try
        {
            answer = JsonNode.Parse(CodeBlock.Of(text).Trim());
            return true;
        }
        catch (JsonException)
        {
            answer = null;
            return false;
        }
    }
}
