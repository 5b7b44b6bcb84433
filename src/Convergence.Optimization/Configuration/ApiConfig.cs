using System.Collections.Immutable;
using Convergence.Optimization.Calls.Spending;

namespace Convergence.Optimization.Configuration;

/// <summary>The API whose parameters are optimised (key <c>api</c>).</summary>
public sealed record ApiConfig
{
    public required string Name { get; init; }

    public string? Description { get; init; }

    /// <value>The address; <see langword="null"/> where <see cref="Models"/> has the addresses, or the target is no HTTP API.</value>
    public string? Endpoint { get; init; }

    /// <value>Addresses by the value of the parameter <c>model</c>, in the file's order. Default: none.</value>
    public ImmutableArray<ModelEndpoint> Models { get; init; } = [];

    /// <value>The wire format. Default: told from name and address.</value>
    public AdapterKind Adapter { get; init; } = AdapterKind.Auto;

    public AuthConfig Auth { get; init; } = new();

    public RequestConfig Request { get; init; } = new();

    public ResponseConfig Response { get; init; } = new();

    /// <value>Whether answers are made up from the parameters instead of called for. Default: no.</value>
    public bool MockMode { get; init; }

    /// <value>For <see cref="AdapterKind.Process"/>: the program and its arguments. Default: none.</value>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <value>What tokens cost, by model; <c>*</c> stands for all others. Default: the file that ships with the product.</value>
    public ImmutableSortedDictionary<string, TokenPrice> Prices { get; init; } = ImmutableSortedDictionary<string, TokenPrice>.Empty;
}
