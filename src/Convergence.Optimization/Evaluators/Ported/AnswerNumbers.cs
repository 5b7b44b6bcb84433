using System.Text.Json;
using System.Text.Json.Nodes;

namespace Convergence.Optimization.Evaluators.Ported;

/// <summary>Numbers in an answer.</summary>
internal static class AnswerNumbers
{
    /// <summary>The first of the keys that holds a number.</summary>
    public static double? Find(JsonNode? answer, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if ((answer as JsonObject)?[key] is JsonValue value && value.GetValueKind() == JsonValueKind.Number)
            {
                return value.GetValue<double>();
            }
        }

        return null;
    }
}
