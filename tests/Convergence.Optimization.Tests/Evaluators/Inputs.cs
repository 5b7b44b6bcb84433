using System.Text.Json.Nodes;
using Convergence.Optimization.Evaluators;

namespace Convergence.Optimization.Tests.Evaluators;

internal static class Inputs
{
    public static EvaluatorInput Text(string text, string expected = "{}") => Answer(JsonValue.Create(text), expected);

    public static EvaluatorInput Json(string answer, string expected = "{}") => Answer(JsonNode.Parse(answer), expected);

    private static EvaluatorInput Answer(JsonNode? answer, string expected) =>
        new(answer, new Expectation((JsonObject)JsonNode.Parse(expected)!), []);
}
