using System.Collections.Immutable;
using Convergence.Optimization.Adapters;

namespace Convergence.Optimization.Configuration;

/// <summary>What the wire format of a configuration says about it.</summary>
internal static class AdapterFacts
{
    /// <summary>The format of the first address. What an agent's address does not tell is an agent's.</summary>
    public static AdapterKind Of(ApiConfig api, AgentConfig? agent) =>
        AdapterChoice.Of(api, api.Endpoint ?? FirstOf(api.Models) ?? FirstOf(agent?.Models)) switch
        {
            AdapterKind.Json when api.Adapter == AdapterKind.Auto && FirstOf(agent?.Models) is not null => AdapterKind.Agno,
            var kind => kind,
        };

    private static string? FirstOf(ImmutableArray<ModelEndpoint>? models) =>
        models is { IsDefaultOrEmpty: false } some ? some[0].Endpoint : null;
}
