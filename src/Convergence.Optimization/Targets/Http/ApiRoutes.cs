using System.Collections.Immutable;
using Convergence.Foundation.Text;
using Convergence.Optimization.Adapters;
using Convergence.Optimization.Configuration;

namespace Convergence.Optimization.Targets.Http;

/// <summary>Where calls go and in which format: one address for all, or one by model.</summary>
internal sealed class ApiRoutes
{
    private readonly ImmutableDictionary<string, (IApiAdapter Adapter, ApiTarget Target)> _byModel;
    private readonly (IApiAdapter Adapter, ApiTarget Target)? _all;
    private readonly string _registry;

    /// <param name="api">The configuration.</param>
    /// <param name="models">Addresses by model; none where all go to one.</param>
    /// <param name="registry">The key at which they stand.</param>
    /// <param name="adapter">Makes the adapter of an address.</param>
    public ApiRoutes(ApiConfig api, ImmutableArray<ModelEndpoint> models, string registry, Func<string, IApiAdapter> adapter)
    {
        _registry = registry;
        _byModel = models.ToImmutableDictionary(model => model.Name, model => Route(model.Endpoint), StringComparer.Ordinal);
        _all = api.Endpoint is { } endpoint ? Route(endpoint) : null;

        (IApiAdapter Adapter, ApiTarget Target) Route(string address) =>
            (adapter(address), new ApiTarget(address, api.Request.Method, api.Request.Headers));
    }

    /// <summary>The route of a model.</summary>
    /// <exception cref="TargetException">The registry does not have it.</exception>
    public (IApiAdapter Adapter, ApiTarget Target) For(string? model) =>
        model is not null && _byModel.TryGetValue(model, out var route) ? route
        : _all is { } all ? all
        : _byModel.Count == 1 && model is null ? _byModel.Values.Single()
        : throw new TargetException(model is null
            ? $"{_registry}: has several addresses, and the configuration has no parameter \"model\" to choose among them. "
                + "Add it to search_space.parameters."
            : $"{_registry}: has no model \"{model}\".{Suggestion.Phrase(model, _byModel.Keys)} Add it, or take it from the search space.");
}
