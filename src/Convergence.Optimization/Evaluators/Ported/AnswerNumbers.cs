using System.Text.Json.Nodes;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Evaluators.Ported;

/// <summary>Numbers in an answer.</summary>
internal static class AnswerNumbers
{
    /// <summary>The first of the keys that holds a number.</summary>
    public static double? Find(JsonNode? answer, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (JsonValues.Number((answer as JsonObject)?[key]) is { } number)
            {
                return number;
            }
        }

        return null;
    }
}
