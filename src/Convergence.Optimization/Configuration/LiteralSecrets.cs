using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Convergence.Optimization.Calls.Authorization;
using Convergence.Optimization.Calls.Recording;

namespace Convergence.Optimization.Configuration;

/// <summary>
/// Secrets that stand in the file itself, in headers and in queries of addresses: it says where none belong, and they are kept out of
/// everything that is written and shown.
/// </summary>
internal static partial class LiteralSecrets
{
    /// <summary>The secrets of a configuration.</summary>
    public static ImmutableArray<string> Of(OptimizationConfig config) =>
    [
        // With and without a scheme such as Bearer.
        .. HeadersOf(config.Api.Request).SelectMany(header => (string[])[header.Value, header.Value[(header.Value.IndexOf(' ') + 1)..]]),
        .. Addresses(config).SelectMany(QuerySecrets).SelectMany(value => (string[])[value, Uri.UnescapeDataString(value)]),
    ];

    /// <summary>Headers that hold a secret, and not the name of an environment variable.</summary>
    public static IEnumerable<KeyValuePair<string, string>> HeadersOf(RequestConfig request) =>
        request.Headers.Where(header => SecretName().IsMatch(header.Key) && !HeaderVariables.In(header.Value).Any());

    /// <summary>Whether the query of an address holds a secret.</summary>
    public static bool IsIn(string address) => QuerySecrets(address).Any();

    /// <summary>An address as it may be shown.</summary>
    public static string Hide(string address) =>
        QuerySecrets(address).Aggregate(
            address, (hidden, secret) => hidden.Replace($"={secret}", $"={SecretRedactor.Replacement}", StringComparison.Ordinal));

    private static IEnumerable<string> Addresses(OptimizationConfig config) =>
        RunReadiness.AddressesOf(config).Select(address => address.Endpoint)
            .Concat(((string?[])[config.Api.Endpoint, config.Evaluation.Judge?.Endpoint, config.Evaluation.Embedding?.Endpoint])
                .OfType<string>());

    private static IEnumerable<string> QuerySecrets(string address)
    {
        var start = address.IndexOf('?', StringComparison.Ordinal);
        var query = start < 0 ? "" : address[(start + 1)..].Split('#')[0];
        return query.Split('&').Select(pair => pair.Split('=', 2))
            .Where(pair => pair is [_, { Length: > 0 }] && SecretName().IsMatch(pair[0])).Select(pair => pair[1]);
    }

    // Azure's functions take their key as "code".
    [GeneratedRegex("^(?:code|sig|authorization|proxy-authorization|cookie)$|api-?key|(?:^|[-_])(?:key|token|secret|password|signature)$",
        RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();
}
