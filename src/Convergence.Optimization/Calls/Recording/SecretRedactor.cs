using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Optimization.Calls.Authorization;

namespace Convergence.Optimization.Calls.Recording;

/// <summary>
/// Replaces the run's secrets wherever they turn up in what is kept or shown: a server may echo a key in its answer or in an error.
/// Safe for use by many threads.
/// </summary>
/// <param name="authorizations">Whose keys, tokens and passwords are secret, those among them that come during the run.</param>
public sealed class SecretRedactor(params IReadOnlyCollection<IRequestAuthorization> authorizations)
{
    /// <summary>What stands in a secret's place.</summary>
    public const string Replacement = "[redacted]";

    // Shorter ones would occur by chance; no provider's key is that short.
    private const int MinLength = 6;

    private readonly Lock _lock = new();
    private IReadOnlyCollection<IRequestAuthorization> _authorizations = authorizations;
    private IReadOnlyCollection<string> _literals = [];

    // Longer ones first: one may be a part of another.
    private IReadOnlyList<string> Secrets =>
    [
        .. _authorizations
            .SelectMany(authorization => authorization.Secrets)
            .Concat(_literals)
            .Where(secret => secret.Length >= MinLength)
            .OrderByDescending(secret => secret.Length),
    ];

    /// <summary>From now on, these secrets are replaced, too.</summary>
    public void Watch(IRequestAuthorization authorization)
    {
        lock (_lock)
        {
            _authorizations = [.. _authorizations, authorization];
        }
    }

    /// <summary>From now on, these texts are replaced, too.</summary>
    public void Watch(IReadOnlyCollection<string> secrets)
    {
        lock (_lock)
        {
            _literals = [.. _literals, .. secrets];
        }
    }

    public string Redact(string text) => Redact(text, Secrets);

    /// <summary>A copy without secrets.</summary>
    public JsonNode? Redact(JsonNode? node) => Redact(node, Secrets);

    private static string Redact(string text, IReadOnlyList<string> secrets) =>
        secrets.Aggregate(text, (current, secret) => current.Replace(secret, Replacement, StringComparison.Ordinal));

    private static JsonNode? Redact(JsonNode? node, IReadOnlyList<string> secrets) => node switch
    {
        null => null,
        JsonObject map => new JsonObject(
            map.Select(entry => KeyValuePair.Create(Redact(entry.Key, secrets), Redact(entry.Value, secrets)))),
        JsonArray list => new JsonArray([.. list.Select(item => Redact(item, secrets))]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String =>
            JsonValue.Create(Redact(value.GetValue<string>(), secrets)),
        _ => node.DeepClone(),
    };
}
