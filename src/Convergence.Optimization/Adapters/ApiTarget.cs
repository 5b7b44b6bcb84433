using System.Collections.Immutable;

namespace Convergence.Optimization.Adapters;

/// <summary>Where calls go.</summary>
/// <param name="Endpoint">The address. <c>{model}</c> in it stands for the configuration's model.</param>
/// <param name="Method">The method.</param>
/// <param name="Headers">Headers without secrets.</param>
public sealed record ApiTarget(string Endpoint, HttpMethod Method, ImmutableSortedDictionary<string, string> Headers)
{
    private const string ModelMark = "{model}";

    /// <summary>The address for a model.</summary>
    /// <exception cref="AdapterException">It is no http or https address.</exception>
    public Uri AddressFor(string? model)
    {
        var address = Endpoint.Replace(ModelMark, Uri.EscapeDataString(model ?? string.Empty), StringComparison.Ordinal);
        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new AdapterException($"endpoint: '{address}' is no http or https address.");
    }
}
