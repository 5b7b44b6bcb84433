using System.Text.Json.Nodes;

namespace Convergence.Optimization.Calls;

/// <summary>What came of a call: an answer, or the reason why there is none.</summary>
/// <param name="Status">The HTTP status; <see langword="null"/> where none came.</param>
/// <param name="Body">The parsed body; <see langword="null"/> without one.</param>
/// <param name="Failure">Why the call failed; <see langword="null"/> for an answer.</param>
/// <param name="Latency">How long the last attempt took, from the request until the whole body was there.</param>
/// <param name="Attempts">How often it was sent, from 1.</param>
public sealed record ApiAnswer(int? Status, JsonNode? Body, CallFailure? Failure, TimeSpan Latency, int Attempts)
{
    /// <summary>Tokens in and out, where the provider reports them.</summary>
    public TokenUsage? Usage { get; } = TokenUsage.Of(Body);

    public bool IsSuccess => Failure is null;
}
