using System.Text.Json.Nodes;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Evaluators;

/// <summary>The metrics that need no evaluator. All are from 0 to 1, higher being better.</summary>
public static class Metrics
{
    private const double LatencyScale = 5000;

    /// <summary>1 - latency / threshold; 0 beyond the threshold. Without one, 5 seconds count as 0.</summary>
    /// <param name="milliseconds">How long the call took.</param>
    /// <param name="threshold">In milliseconds, above 0.</param>
    public static double Latency(double milliseconds, double? threshold = null) =>
        Math.Clamp(1 - (milliseconds / (threshold ?? LatencyScale)), 0, 1);

    /// <summary>1 - cost / budget; 0 beyond the budget. Without one, a dollar counts as 0.</summary>
    /// <param name="dollars">What the call cost.</param>
    /// <param name="budgetPerCall">In dollars, above 0.</param>
    public static double Cost(double dollars, double? budgetPerCall = null) => Math.Clamp(1 - (dollars / (budgetPerCall ?? 1)), 0, 1);

    /// <summary>
    /// 1 where the answer is what was expected, else 0: texts as they are, lists and maps by their values, the order of keys aside.
    /// </summary>
    public static double ExactMatch(JsonNode? answer, JsonNode? expected) =>
        (answer, expected) switch
        {
            (JsonArray or JsonObject, _) or (_, JsonArray or JsonObject) => JsonNode.DeepEquals(answer, expected),
            _ => PythonText.Of(answer) == PythonText.Of(expected),
        } ? 1 : 0;

    /// <summary>The similarity of the texts (<see cref="SequenceMatcher"/>).</summary>
    public static double Similarity(string answer, string expected) => SequenceMatcher.Ratio(answer, expected);
}
