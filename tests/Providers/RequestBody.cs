using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Convergence.Testing.Providers;

/// <summary>A request's JSON, read as strictly as its provider reads it.</summary>
internal sealed class RequestBody
{
    private readonly JsonObject _body;
    private readonly Func<string, string?, string?, WireError> _error;

    private RequestBody(JsonObject body, Func<string, string?, string?, WireError> error)
    {
        _body = body;
        _error = error;
    }

    /// <summary>Reads it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="error">Makes the provider's error of a message, a parameter and a code.</param>
    public static async Task<RequestBody> ReadAsync(HttpContext context, Func<string, string?, string?, WireError> error)
    {
        if (context.Request.Method != HttpMethods.Post)
        {
            throw error($"Not allowed to {context.Request.Method}.", null, "method_not_supported");
        }

        if (context.Request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) != true)
        {
            throw error($"Unsupported content type '{context.Request.ContentType}'.", null, null);
        }

        try
        {
            return await JsonNode.ParseAsync(context.Request.Body) is JsonObject body
                ? new RequestBody(body, error)
                : throw error("The body must be a JSON object.", null, null);
        }
        catch (JsonException)
        {
            throw error("We could not parse the JSON body of your request.", null, null);
        }
    }

    /// <summary>Refuses whatever is not among the known names.</summary>
    public RequestBody Allow(string message, params ReadOnlySpan<string> names)
    {
        foreach (var (name, _) in _body)
        {
            if (!names.Contains(name))
            {
                throw _error(message.Replace("NAME", name, StringComparison.Ordinal), name, "unknown_parameter");
            }
        }

        return this;
    }

    public JsonNode? this[string name] => _body[name];

    public bool Has(string name) => _body.ContainsKey(name);

    public string Text(string name) => Optional(name) is { Length: > 0 } text
        ? text
        : throw _error($"Missing required parameter: '{name}'.", name, "missing_required_parameter");

    public string? Optional(string name) =>
        _body[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? (string?)value : null;

    /// <summary>A number within bounds, or the default value where it is absent or null.</summary>
    public double Number(string name, double absent, double least, double most)
    {
        if (_body[name] is null)
        {
            return absent;
        }

        return _body[name] is JsonValue value && value.GetValueKind() == JsonValueKind.Number && (double)value is var number
            && number >= least && number <= most
                ? number
                : throw _error($"Invalid value for '{name}': expected a number from {least} to {most}.", name, "invalid_value");
    }

    /// <summary>What the user's last message says.</summary>
    public string LastMessage(string contentType = "string")
    {
        if (_body["messages"] is not JsonArray { Count: > 0 } messages)
        {
            throw _error("Missing required parameter: 'messages'.", "messages", "missing_required_parameter");
        }

        foreach (var message in messages)
        {
            if (message is not JsonObject map || (string?)map["role"] is not ("system" or "user" or "assistant" or "developer")
                || map["content"]?.GetValueKind() is not (JsonValueKind.String or JsonValueKind.Array))
            {
                throw _error($"Invalid message: role and content ({contentType}) are needed.", "messages", "invalid_type");
            }
        }

        return messages[^1]!["content"]!.ToString();
    }
}
