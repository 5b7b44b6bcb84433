using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Optimization.Tests.Calls;
using Microsoft.AspNetCore.Http;

namespace Convergence.Optimization.Tests.Storage;

/// <summary>
/// A server that speaks Convex's HTTP API and has the functions of <c>docs/formats/storage.md</c>, with Convex's limit of a document's
/// size.
/// </summary>
internal sealed class ConvexServer : IAsyncDisposable
{
    private const int MaxDocumentBytes = 1 << 20;

    private readonly Dictionary<string, JsonArray> _documents = new(StringComparer.Ordinal);
    private readonly string? _authorization;
    private LoopbackServer _server = null!;

    private ConvexServer(string? authorization) => _authorization = authorization;

    public Uri Address => _server.Address;

    /// <param name="authorization">The header that callers must send; <see langword="null"/>: none is asked for.</param>
    public static async Task<ConvexServer> StartAsync(string? authorization)
    {
        var server = new ConvexServer(authorization);
        server._server = await LoopbackServer.StartAsync((context, _) => server.AnswerAsync(context));
        return server;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        if (_authorization is not null && context.Request.Headers.Authorization != _authorization)
        {
            await LoopbackServer.Json(context, """{"code":"Unauthenticated","message":"Could not verify the token"}""", 401);
            return;
        }

        var call = (await JsonSerializer.DeserializeAsync<JsonObject>(context.Request.Body))!;
        try
        {
            var value = Call($"{context.Request.Path} {call["path"]}", call["args"]!.AsObject());
            await LoopbackServer.Json(
                context, new JsonObject { ["status"] = "success", ["value"] = value, ["logLines"] = new JsonArray() }.ToJsonString());
        }
        catch (InvalidOperationException exception)
        {
            var error = new JsonObject { ["status"] = "error", ["errorMessage"] = exception.Message, ["logLines"] = new JsonArray() };
            await LoopbackServer.Json(context, error.ToJsonString(), 560);
        }
    }

    private JsonNode? Call(string function, JsonObject arguments)
    {
        var key = (string?)arguments["key"] ?? string.Empty;
        lock (_documents)
        {
            switch (function)
            {
                case "/api/mutation convergence:save":
                    _documents[key] = Checked(arguments["parts"]!.AsArray());
                    return null;
                case "/api/query convergence:load":
                    return _documents.GetValueOrDefault(key)?.DeepClone();
                case "/api/mutation convergence:remove":
                    _documents.Remove(key);
                    return null;
                case "/api/query convergence:list":
                    return new JsonArray([.. _documents.Keys.Where(Begins).Select(name => (JsonNode?)name)]);
                default:
                    throw new InvalidOperationException($"Could not find public function for {function}.");
            }
        }

        bool Begins(string name) => name.StartsWith((string)arguments["prefix"]!, StringComparison.Ordinal);
    }

    private static JsonArray Checked(JsonArray parts) =>
        parts.All(part => System.Text.Encoding.UTF8.GetByteCount((string)part!) < MaxDocumentBytes)
            ? parts.DeepClone().AsArray()
            : throw new InvalidOperationException("Value is too large (maximum size 1 MiB).");
}
