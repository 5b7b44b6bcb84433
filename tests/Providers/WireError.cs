using System.Text.Json.Nodes;

namespace Convergence.Testing.Providers;

/// <summary>A request that its provider refuses.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="body">The provider's error.</param>
internal sealed class WireError(int status, JsonObject body) : Exception(body.ToJsonString())
{
    public int Status { get; } = status;

    public JsonObject Body { get; } = body;

    /// <summary>In OpenAI's form.</summary>
    public static WireError OpenAi(int status, string message, string? parameter = null, string? code = null) => new(status, new JsonObject
    {
        ["error"] = new JsonObject
        {
            ["message"] = message,
            ["type"] = "invalid_request_error",
            ["param"] = parameter,
            ["code"] = code,
        },
    });
}
