using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Convergence.Optimization.Configuration;

/// <summary>How calls are made (key <c>api.request</c>).</summary>
public sealed record RequestConfig
{
    public HttpMethod Method { get; init; } = HttpMethod.Post;

    public ImmutableSortedDictionary<string, string> Headers { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <value>Seconds for one attempt, above 0. Default 30.</value>
    public double TimeoutSeconds { get; init; } = 30;

    /// <value>Fields that every call sends, below the test case's input and the configuration. Default: none.</value>
    public JsonObject Defaults { get; init; } = [];
}
