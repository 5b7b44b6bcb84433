using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Optimization.Calls.Authorization;

namespace Convergence.Optimization.Calls.Recording;

/// <summary>
/// Replaces the run's secrets wherever they turn up in what is kept or shown: a server may echo a key in its answer or in an error.
/// </summary>
/// <param name="authorizations">Whose keys, tokens and passwords are secret, those among them that come during the run.</param>
public sealed class SecretRedactor(params IReadOnlyCollection<IRequestAuthorization> authorizations)
{
    /// <summary>What stands in a secret's place.</summary>
    public const string Replacement = "[redacted]";

    // Shorter ones would occur by chance; no provider's key is that short.
    private const int MinLength = 6;

    // Longer ones first: one may be a part of another.
    private IEnumerable<string> Secrets => authorizations
        .SelectMany(authorization => authorization.Secrets)
        .Where(secret => secret.Length >= MinLength)
        .OrderByDescending(secret => secret.Length);

    public string Redact(string text) =>
        Secrets.Aggregate(text, (current, secret) => current.Replace(secret, Replacement, StringComparison.Ordinal));

    /// <summary>A copy without secrets.</summary>
    public JsonNode? Redact(JsonNode? node) => node switch
    {
        null => null,
        JsonObject map => new JsonObject(map.Select(entry => KeyValuePair.Create(Redact(entry.Key), Redact(entry.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Redact)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => JsonValue.Create(Redact(value.GetValue<string>())),
        _ => node.DeepClone(),
    };
}
