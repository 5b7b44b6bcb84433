using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Convergence.Optimization.Calls;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Targets.Http;

/// <summary>
/// What models refuse, as they say it themselves: an HTTP 400 that names a parameter as unsupported teaches that the model is not
/// sent it any more. One that refuses a value, and takes others, teaches nothing: that configuration cannot be called.
/// Configurations that differ in nothing else are one call then. Safe for use by many tasks.
/// </summary>
internal sealed partial class CapabilityRules
{
    // Without these there is no call.
    private static readonly string[] Essential = ["model", "messages", "input", "contents", "prompt"];

    private readonly ConcurrentDictionary<string, ImmutableSortedSet<string>> _refused = new(StringComparer.Ordinal);

    /// <summary>The request without what its model is known to refuse.</summary>
    public ApiRequest Apply(ApiRequest request)
    {
        var refused = _refused.GetValueOrDefault(KeyOf(request), []);
        if (!refused.Any(name => Holder(request.Body, name) is not null))
        {
            return request;
        }

        var body = (JsonObject)request.Body.DeepClone();
        foreach (var name in refused)
        {
            Holder(body, name)?.Remove(name);
        }

        return request with { Body = body };
    }

    /// <summary>Learns from a refusal.</summary>
    /// <returns>The parameter that the model turned out not to take and the request sent; otherwise <see langword="null"/>.</returns>
    public string? Learn(ApiRequest request, ApiAnswer answer)
    {
        if (answer is not { Status: 400 or 422, Failure.Kind: CallFailureKind.Rejected }
            || NamedIn(answer) is not { } name || Essential.Contains(name) || Holder(request.Body, name) is null)
        {
            return null;
        }

        _refused.AddOrUpdate(KeyOf(request), [name], (_, known) => known.Add(name));
        return name;
    }

    private static string KeyOf(ApiRequest request) => $"{request.Endpoint.AbsoluteUri} {request.Model}";

    // OpenAI's errors have a code and the parameter; others only a sentence.
    private static string? NamedIn(ApiAnswer answer)
    {
        var error = (answer.Body as JsonObject)?["error"] as JsonObject;
        var message = JsonValues.Text(error?["message"]) ?? JsonValues.Text((answer.Body as JsonObject)?["message"])
            ?? answer.Failure!.Message;
        if (Ranges().IsMatch(message))
        {
            return null;
        }

        if (JsonValues.Text(error?["code"]) is "unsupported_parameter" or "unsupported_value" or "unknown_parameter"
            && JsonValues.Text(error?["param"]) is { } param)
        {
            return LastPart(param);
        }

        var match = Refusals().Match(message);
        return match.Success ? LastPart(match.Groups.Values.Skip(1).First(group => group.Success).Value) : null;
    }

    /// <summary>Whether a value makes no difference to what is sent, after what its model refuses is taken out.</summary>
    public bool IsWithoutEffect(ApiRequest request, ApiRequest changed) =>
        _refused.ContainsKey(KeyOf(request)) && request.Endpoint == changed.Endpoint && request.Model == changed.Model
        && JsonNode.DeepEquals(Apply(request).Body, Apply(changed).Body);

    private static string LastPart(string path) => path[(path.LastIndexOf('.') + 1)..];

    private static JsonObject? Holder(JsonObject body, string name) =>
        body.ContainsKey(name) ? body
        : body["generationConfig"] is JsonObject options && options.ContainsKey(name) ? options
        : null;

    // Who names the values that it takes, takes the parameter. "Only the default (1) value is supported" does not count.
    [GeneratedRegex(
        """\b(?:between|range|at\s+(?:most|least)|(?:less|greater|more|higher|lower)\s+than|maximum|minimum|exceeds?|must\s+be"""
        + """|should\s+be|(?:supported|allowed|valid|possible)\s+values|expected|one\s+of)\b""",
        RegexOptions.IgnoreCase)]
    private static partial Regex Ranges();

    // "Unsupported parameter: 'x'", "'x' is not supported", "x: Extra inputs are not permitted", "Unknown name \"x\"", ...
    [GeneratedRegex(
        """un(?:supported|known|recognized)\s+(?:request\s+)?(?:parameter|argument|name|field|value|property)"""
        + """[^'"`\w]*(?:supplied:?\s*)?['"`]?([\w.]+)"""
        + """|['"`]([\w.]+)['"`]\s+(?:is\s+|does\s+)?(?:not\s+support|unsupported|deprecated\s+for)"""
        + """|(?:^|[\s"])([\w.]+):\s*extra\s+inputs\s+are\s+not\s+permitted""",
        RegexOptions.IgnoreCase)]
    private static partial Regex Refusals();
}
