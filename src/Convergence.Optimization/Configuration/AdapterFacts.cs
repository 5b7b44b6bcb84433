using Convergence.Optimization.Adapters;

namespace Convergence.Optimization.Configuration;

/// <summary>What the wire format of a configuration says about it.</summary>
internal static class AdapterFacts
{
    /// <summary>The format of the first address.</summary>
    public static AdapterKind Of(ApiConfig api, AgentConfig? agent) => AdapterChoice.Of(
        api, api.Endpoint ?? api.Models.FirstOrDefault()?.Endpoint ?? agent?.Models.FirstOrDefault()?.Endpoint);
}
