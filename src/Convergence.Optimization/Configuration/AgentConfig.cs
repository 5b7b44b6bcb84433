using System.Collections.Immutable;

namespace Convergence.Optimization.Configuration;

/// <summary>Agno agents reached over HTTP (key <c>agent</c>).</summary>
public sealed record AgentConfig
{
    /// <value>Addresses by the value of the parameter <c>model</c>.</value>
    public ImmutableArray<ModelEndpoint> Models { get; init; } = [];

    /// <value>By service (<c>reddit</c>, <c>discord</c>, <c>gmail</c>): fields of its credentials and the environment variables that hold
    /// them. The agent's server is told them as headers only where the file says so.</value>
    public ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, string>> Credentials { get; init; } =
        ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, string>>.Empty;
}
