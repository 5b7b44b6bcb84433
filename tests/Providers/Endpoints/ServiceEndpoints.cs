using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Convergence.Testing.Providers.Endpoints;

/// <summary>BrowserBase's sessions, Agno's agents in both forms, a plain JSON API, and OAuth's tokens.</summary>
internal static class ServiceEndpoints
{
    public static async Task<JsonObject> BrowserBaseAsync(HttpContext context)
    {
        Credentials.RequireHeader(context, "x-bb-api-key", () => Credentials.Refused("Invalid API key"));
        var body = await RequestBody.ReadAsync(context, Plain);
        body.Allow("NAME is not allowed", "projectId", "browserSettings", "timeout", "keepAlive", "region", "proxies", "extensionId");
        context.Response.StatusCode = StatusCodes.Status201Created;
        return new JsonObject
        {
            ["id"] = "session-loopback",
            ["createdAt"] = "2025-01-01T00:00:00Z",
            ["projectId"] = body.Text("projectId"),
            ["browserType"] = body["browserSettings"]?["browserType"]?.DeepClone(),
            ["status"] = "RUNNING",
        };
    }

    /// <summary>AgentOS' run of an agent: a form in, a run's output out.</summary>
    public static async Task<JsonObject> AgentRunAsync(HttpContext context, string agent)
    {
        if (!context.Request.HasFormContentType)
        {
            throw Plain("Input should be a form", null, null);
        }

        var form = await context.Request.ReadFormAsync();
        if (form["stream"] != "false")
        {
            throw Plain("This server streams unless stream is false", "stream", null);
        }

        var message = form["message"].ToString() is { Length: > 0 } text ? text : throw Plain("Field required", "message", null);
        return new JsonObject
        {
            ["run_id"] = "run-loopback",
            ["agent_id"] = agent,
            ["session_id"] = "session-loopback",
            ["content"] = $"Found the channel general for: {message}",
            ["content_type"] = "str",
            ["status"] = "COMPLETED",
            ["metrics"] = new JsonObject
            {
                ["input_tokens"] = 40,
                ["output_tokens"] = 20,
                ["total_tokens"] = 60,
                ["duration"] = .5,
            },
            ["tools"] = new JsonArray(new JsonObject
            {
                ["tool_call_id"] = "call-1",
                ["tool_name"] = "list_channels",
                ["tool_args"] = new JsonObject { ["limit"] = 5 },
                ["result"] = """[{"id": 1, "name": "general"}]""",
            }),
        };
    }

    /// <summary>An agent behind a server of one's own: JSON in, the examples' form out.</summary>
    public static async Task<JsonObject> AgentAsync(HttpContext context)
    {
        Credentials.RequireHeader(context, "x-bot-token", () => Credentials.Refused("No bot token"));
        var body = await RequestBody.ReadAsync(context, Plain);
        var query = body.Optional("query") ?? body.Optional("prompt") ?? body.Text("message");
        return new JsonObject
        {
            ["final_response"] = $"Found the channel general for: {query}",
            ["tool_calls"] = new JsonArray(new JsonObject
            {
                ["function"] = "list_channels",
                ["arguments"] = new JsonObject { ["limit"] = 5 },
            }),
            ["tool_results"] = new JsonArray(new JsonArray(new JsonObject { ["id"] = 1, ["name"] = "general" })),
            ["tokens_used"] = new JsonObject { ["total"] = 60 },
            ["latency_seconds"] = .5,
        };
    }

    /// <summary>Adds up the numbers of the body; without any it fails politely, with status 200.</summary>
    public static async Task<JsonObject> PlainAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context, Plain);
        return body["a"] is null
            ? new JsonObject { ["success"] = false, ["error"] = "a is missing" }
            : new JsonObject { ["success"] = true, ["result"] = new JsonObject { ["text"] = $"a is {body["a"]}" }, ["error"] = null };
    }

    public static async Task<JsonObject> TokenAsync(HttpContext context, Func<string> newToken)
    {
        var form = await context.Request.ReadFormAsync();
        return form["grant_type"] == "client_credentials" && form["client_id"] == "loopback" && form["client_secret"] == ProviderServer.Key
            ? new JsonObject { ["access_token"] = newToken(), ["token_type"] = "Bearer", ["expires_in"] = 3600 }
            : throw new WireError(401, new JsonObject { ["error"] = "invalid_client" });
    }

    private static WireError Plain(string message, string? parameter, string? code) =>
        new(422, new JsonObject { ["error"] = message, ["parameter"] = parameter, ["code"] = code });
}
