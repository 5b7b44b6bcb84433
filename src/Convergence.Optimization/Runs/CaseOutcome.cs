using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Convergence.Optimization.Runs;

/// <summary>One configuration on one test case.</summary>
public sealed record CaseOutcome
{
    public required string TestCaseId { get; init; }

    public required int Repetition { get; init; }

    public required JsonObject Input { get; init; }

    public JsonNode? Response { get; init; }

    public string ResponseText { get; init; } = "";

    /// <value>The weighted mean of the metrics, in [0, 1]; <see langword="null"/> when the call or a metric failed.</value>
    public double? Score { get; init; }

    /// <value>Scores by metric; those that could not be found are missing.</value>
    public ImmutableSortedDictionary<string, double> Metrics { get; init; } = ImmutableSortedDictionary<string, double>.Empty;

    public double LatencyMilliseconds { get; init; }

    public double? CostUsd { get; init; }

    public string? Error { get; init; }

    /// <value>Whether the case belongs to the held-out ones.</value>
    public bool IsHeldOut { get; init; }

    public bool IsSuccess => Error is null;
}
