using System.Text.Json.Nodes;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Calls.Spending;

namespace Convergence.Optimization.Targets;

/// <summary>What came of a call to a target.</summary>
/// <param name="Answer">The answer or failure, as kept.</param>
/// <param name="Result">What evaluators are given: the adapter's reading of the body.</param>
/// <param name="CostUsd">US dollars; <see langword="null"/> where no price or no usage is known.</param>
/// <param name="IsReplayed">Whether it was kept from before and cost nothing now.</param>
public sealed record TargetAnswer(ApiAnswer Answer, JsonNode? Result, double? CostUsd, bool IsReplayed)
{
    /// <value>What was booked for it, failed attempts among it, when it was called for. Default: nothing.</value>
    public Spend Spent { get; init; }
}
