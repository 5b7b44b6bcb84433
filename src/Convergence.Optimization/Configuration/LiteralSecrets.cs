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
        .. AddressesOf(config).SelectMany(address => QuerySecrets(address.Address))
            .SelectMany(value => (string[])[value, Uri.UnescapeDataString(value)]),
    ];

    /// <summary>Headers that hold a secret, and not the name of an environment variable.</summary>
    public static IEnumerable<KeyValuePair<string, string>> HeadersOf(RequestConfig request) =>
        request.Headers.Where(header => SecretName().IsMatch(header.Key) && !HeaderVariables.In(header.Value).Any());

    /// <summary>Addresses that hold a secret in their query, by their keys.</summary>
    public static IEnumerable<(string Key, string Address)> QueriesOf(OptimizationConfig config) =>
        AddressesOf(config).Where(address => QuerySecrets(address.Address).Any());

    /// <summary>An address as it may be shown.</summary>
    public static string Hide(string address) =>
        QuerySecrets(address).Aggregate(
            address, (hidden, secret) => hidden.Replace($"={secret}", $"={SecretRedactor.Replacement}", StringComparison.Ordinal));

    // Whatever a run may call.
    private static IEnumerable<(string Key, string Address)> AddressesOf(OptimizationConfig config)
    {
        var (judge, embedding, model) = (config.Evaluation.Judge, config.Evaluation.Embedding, config.Society.Model);
        (string Key, string? Address)[] others =
        [
            ("api.endpoint", config.Api.Endpoint),
            ("api.auth.token_url", config.Api.Auth.TokenUrl),
            ("evaluation.judge.endpoint", judge?.Endpoint),
            ("evaluation.judge.auth.token_url", judge?.Auth.TokenUrl),
            ("evaluation.embedding.endpoint", embedding?.Endpoint),
            ("evaluation.embedding.auth.token_url", embedding?.Auth.TokenUrl),
            ("society.llm.endpoint", model?.Endpoint),
            ("society.llm.auth.token_url", model?.Auth.TokenUrl),
        ];
        return RunReadiness.AddressesOf(config)
            .Concat(others.Where(other => other.Address is not null).Select(other => (other.Key, other.Address!)))
            .DistinctBy(address => address.Item1);
    }

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
