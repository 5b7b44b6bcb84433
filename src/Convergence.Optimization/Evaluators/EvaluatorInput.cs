using System.Text.Json.Nodes;

namespace Convergence.Optimization.Evaluators;

/// <summary>What an evaluator scores: one answer to one test case.</summary>
/// <param name="Response">The answer as parsed: a whole JSON body, a string, or <see langword="null"/> when there was none.</param>
/// <param name="Expected">The test case's <c>expected</c>, empty where it has none.</param>
/// <param name="Parameters">The configuration that was called.</param>
public sealed record EvaluatorInput(JsonNode? Response, Expectation Expected, JsonObject Parameters)
{
    /// <summary>The answer's text (<see cref="ResponseText"/>).</summary>
    public string Text { get; } = ResponseText.Of(Response);

    /// <value>How long the call took, in milliseconds; <see langword="null"/> (default) where it was not measured.</value>
    public double? LatencyMilliseconds { get; init; }

    /// <value>What the call cost, in US dollars; <see langword="null"/> (default) where that is not known.</value>
    public double? CostUsd { get; init; }
}
