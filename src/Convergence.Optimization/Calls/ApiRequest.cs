using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Convergence.Optimization.Calls;

/// <summary>One call as the search asks for it. It holds no secret: authorization is added when it is sent.</summary>
public sealed record ApiRequest
{
    /// <summary>GET sends the body's values as a query, every other method sends it as JSON, or as a form.</summary>
    public required HttpMethod Method { get; init; }

    public required Uri Endpoint { get; init; }

    public ImmutableSortedDictionary<string, string> Headers { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public required JsonObject Body { get; init; }

    /// <summary>Whether the body's values are sent as a form instead of as JSON.</summary>
    public bool IsForm { get; init; }

    /// <summary>The model that answers, for its price; <see langword="null"/> where there is none.</summary>
    public string? Model { get; init; }

    /// <summary>
    /// Finds why a body that came with a status of success is no answer; <see langword="null"/> where it is one.
    /// Default: every body is one.
    /// </summary>
    public Func<JsonNode?, CallFailure?> FindFailure { get; init; } = _ => null;

    /// <summary>Tells repetitions of the same call apart, from 0.</summary>
    public int Repetition { get; init; }
}
