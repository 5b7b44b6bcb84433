using System.Text.Json.Nodes;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Calls.Spending;

/// <summary>What an answer says that it cost.</summary>
internal static class ReportedCost
{
    /// <summary>No call costs more US dollars: who says so is not believed, and would end any budget.</summary>
    public const double Most = 1_000_000;

    /// <returns>
    /// US dollars, from <c>cost_usd</c> or <c>usage.cost</c>; <see langword="null"/> where the answer says nothing that can be true.
    /// </returns>
    public static double? Of(JsonNode? body) =>
        body is JsonObject map ? Believed(map["cost_usd"]) ?? Believed((map["usage"] as JsonObject)?["cost"]) : null;

    private static double? Believed(JsonNode? cost) => JsonValues.Number(cost) is { } dollars and >= 0 and <= Most ? dollars : null;
}
