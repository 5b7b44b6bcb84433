using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Evaluators;

/// <summary>
/// JSON structure: .25 valid + .30 <c>required_fields</c> present + .20 <c>field_types</c> right
/// + .10 number of fields within <c>min_fields</c> and <c>max_fields</c> + .15 fields that hold something.
/// A string may be fenced as a code block; what is not JSON scores 0, what is no object .3.
/// </summary>
public sealed class JsonStructureEvaluator : IEvaluator
{
    public string Name => "json_structure.score_json_structure";

    public double Score(EvaluatorInput input, string? metric)
    {
        if (!JsonAnswer.TryRead(input.Response, out var answer))
        {
            return 0;
        }

        if (answer is not JsonObject fields)
        {
            return .3;
        }

        var score = .25 + (.30 * Required(fields, input.Expected)) + (.20 * Types(fields, input.Expected))
            + (.10 * input.Expected.ShareWithin(fields.Count, "min_fields", "max_fields")) + (.15 * Complete(fields));
        return PythonRounding.Round(Math.Clamp(score, 0, 1), 3);
    }

    private static double Required(JsonObject fields, Expectation expected)
    {
        var required = expected.Texts("required_fields");
        return required.IsEmpty ? 1 : (double)required.Count(fields.ContainsKey) / required.Length;
    }

    private static double Types(JsonObject fields, Expectation expected)
    {
        if (expected.Map("field_types") is not { Count: > 0 } types)
        {
            return 1;
        }

        return (double)types.Count(type =>
            fields.TryGetPropertyValue(type.Key, out var field) && IsOfType(field, type.Value?.ToString())) / types.Count;
    }

    // A boolean passes as a number, as it does in the original.
    private static bool IsOfType(JsonNode? field, string? type) => (type, field?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        ("string" or "str", JsonValueKind.String) => true,
        ("number" or "int" or "integer" or "float", JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False) => true,
        ("boolean" or "bool", JsonValueKind.True or JsonValueKind.False) => true,
        ("array" or "list", JsonValueKind.Array) => true,
        ("object" or "dict", JsonValueKind.Object) => true,
        ("null", JsonValueKind.Null) => true,
        _ => false,
    };

    private static double Complete(JsonObject fields) =>
        fields.Count == 0 ? .5 : 1 - ((double)fields.Count(field => IsEmpty(field.Value)) / fields.Count);

    private static bool IsEmpty(JsonNode? field) => field switch
    {
        null => true,
        JsonArray list => list.Count == 0,
        JsonObject map => map.Count == 0,
        _ => JsonValues.Text(field) is { Length: 0 },
    };
}
