using System.Text.Json.Nodes;

namespace Convergence.Optimization.TestCases.Variation;

/// <summary>Whether an answer's being right depends on the numbers of its question.</summary>
internal static class ExpectedNumbers
{
    // What else is expected may follow from a number: an answer, a word of it, a length ("write 100 words"), a count ("name 5").
    private static readonly string[] Independent =
        ["format", "language", "max_latency_ms", "max_cost_usd", "min_quality_score", "target_audience"];

    /// <summary>Whether the numbers may be others and all that is expected stays true.</summary>
    public static bool AreFree(JsonObject expected) => expected.All(entry => Independent.Contains(entry.Key));
}
